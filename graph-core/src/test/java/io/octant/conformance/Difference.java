package io.octant.conformance;

/** Thrown at the first difference between what a case expects and what Octant does. */
final class Difference extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Difference(String where, Object expected, Object actual) {
    super(
        where + ": expected " + shorten(expected) + ", got " + shorten(actual), null, false, false);
  }

  Difference(String message) {
    super(message, null, false, false);
  }

  private static String shorten(Object value) {
    String s = String.valueOf(value);
    return s.length() <= 300 ? s : s.substring(0, 300) + "…";
  }
}
