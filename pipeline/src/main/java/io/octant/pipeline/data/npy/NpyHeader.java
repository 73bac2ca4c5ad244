package io.octant.pipeline.data.npy;

import java.io.Serializable;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the header of a file says of its array.
 *
 * @param type of its elements
 * @param endian {@code <} or {@code >}
 * @param order of its elements
 * @param shape lengths of its axes
 * @param start offset of the first element in the file
 */
record NpyHeader(NpyType type, char endian, Order order, List<Long> shape, long start)
    implements Serializable {
  /** A Python literal as NumPy writes it; the keys may stand in any order. */
  private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");

  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)\\b");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\sL]*)\\)");
  private static final Pattern CODE = Pattern.compile("([<>|=])([a-zA-Z][0-9]+)");

  /** Which index runs fastest. */
  enum Order {
    /** The last. */
    C,
    /** The first. */
    FORTRAN
  }

  /** A header that cannot be read; the message says why. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  NpyHeader {
    shape = List.copyOf(shape);
  }

  /**
   * Reads a header.
   *
   * @param text the Python literal
   * @param start offset of the first element in the file
   */
  static NpyHeader of(String text, long start) throws UnreadableException {
    String descr = found(DESCR, text, "the type of its elements");
    Matcher code = CODE.matcher(descr);
    Optional<NpyType> type = code.matches() ? NpyType.find(code.group(2)) : Optional.empty();
    if (type.isEmpty()) {
      throw new UnreadableException("its elements are of type " + descr);
    }
    // "=" is the writer's own order, which NumPy never writes; "|" has none.
    if (code.group(1).equals("=") || (code.group(1).equals("|") && type.get().bytes() > 1)) {
      throw new UnreadableException("its elements are of type " + descr + ", without a byte order");
    }
    Order order =
        found(ORDER, text, "the order of its elements").equals("True") ? Order.FORTRAN : Order.C;
    List<Long> shape = new ArrayList<>();
    for (String length : found(SHAPE, text, "its shape").split(",", -1)) {
      if (!length.isBlank()) {
        try {
          shape.add(Long.parseLong(length.strip().replace("L", "")));
        } catch (NumberFormatException e) {
          throw new UnreadableException("its shape has an axis of " + length.strip());
        }
      }
    }
    return new NpyHeader(type.get(), code.group(1).charAt(0), order, shape, start);
  }

  private static String found(Pattern pattern, String text, String what)
      throws UnreadableException {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new UnreadableException("its header does not tell " + what);
    }
    return matcher.group(1);
  }

  ByteOrder byteOrder() {
    return endian == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /** Number of elements. */
  long numel() throws UnreadableException {
    try {
      return Math.multiplyExact(shape.stream().reduce(1L, Math::multiplyExact), (long) type.bytes())
          / type.bytes();
    } catch (ArithmeticException e) {
      throw new UnreadableException("its shape is " + shape);
    }
  }
}
