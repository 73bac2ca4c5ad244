package io.octant.conformance;

/**
 * How a case ended.
 *
 * @param kind what happened
 * @param message the first difference of a failure, the reason of a skip, "" otherwise
 */
record Outcome(Kind kind, String message) {
  enum Kind {
    PASSED,
    FAILED,
    /** A known difference from PyTorch, listed with its reason. */
    SKIPPED,
    /** Described in words only; covered by hand-written tests. */
    API
  }

  static final Outcome PASS = new Outcome(Kind.PASSED, "");

  static Outcome failed(String message) {
    return new Outcome(Kind.FAILED, message);
  }

  static Outcome skipped(String reason) {
    return new Outcome(Kind.SKIPPED, reason);
  }
}
