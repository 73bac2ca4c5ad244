package io.octant.pipeline.data;

import io.octant.tensor.DType;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Copies elements of a column into the storage of an input. Types that agree are one memory copy;
 * the others convert: integers and doubles round to the nearest float, half to even; integers go to
 * narrower integers if their value fits; no float becomes an integer.
 *
 * @param column from which column to which input
 * @param batch the batch under construction
 * @param input index of the input
 */
record ElementCopy(TensorColumn column, BatchBuffer batch, int input) {

  /** Whether elements of a type can fill an input, some of them at least. */
  static boolean fits(DType element, DType target) {
    return switch (target) {
      case FLOAT32, FLOAT64 -> true;
      case INT64, INT32, INT16, INT8, UINT16, UINT8, BOOL -> !element.isFloatingPoint();
      default -> false;
    };
  }

  /**
   * Copies the first elements to an offset from the row's start.
   *
   * @return index of the first one that does not fit its target, or −1 if all do
   */
  int copy(Elements from, int count, int at) {
    int offset = batch.offset(input) + at;
    switch (column.field().dtype().storage()) {
      case FLOATS -> floats(from, count, batch.floats(input), offset);
      case DOUBLES -> doubles(from, count, batch.doubles(input), offset);
      case LONGS -> {
        long[] to = batch.longs(input);
        if (!isCopied(
            from, DType.INT64, to, Platform.LONG_ARRAY_OFFSET + 8L * offset, 8L * count)) {
          for (int i = 0; i < count; i++) {
            to[offset + i] = from.integer(i);
          }
        }
      }
      case INTS -> {
        return ints(from, count, batch.ints(input), offset);
      }
    }
    return -1;
  }

  private void floats(Elements from, int count, float[] to, int offset) {
    if (column.isScaled()) {
      for (int i = 0; i < count; i++) {
        to[offset + i] = (float) (from.number(i) * column.scale() + column.offset());
      }
    } else if (isCopied(
        from, DType.FLOAT32, to, Platform.FLOAT_ARRAY_OFFSET + 4L * offset, 4L * count)) {
      return;
    } else if (from.type() == DType.INT64) {
      // By way of double it would be rounded twice.
      for (int i = 0; i < count; i++) {
        to[offset + i] = from.integer(i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        to[offset + i] = (float) from.number(i);
      }
    }
  }

  private void doubles(Elements from, int count, double[] to, int offset) {
    for (int i = 0; i < count; i++) {
      double value = from.number(i);
      to[offset + i] = column.isScaled() ? value * column.scale() + column.offset() : value;
    }
  }

  private int ints(Elements from, int count, int[] to, int offset) {
    DType type = column.field().dtype();
    long least = least(type);
    long most = most(type);
    for (int i = 0; i < count; i++) {
      long value = from.integer(i);
      if (value < least || value > most) {
        return i;
      }
      to[offset + i] = (int) value;
    }
    return -1;
  }

  /** Fills elements from an offset from the row's start on; the value fits the type. */
  void fill(double value, int count, int at) {
    int from = batch.offset(input) + at;
    switch (column.field().dtype().storage()) {
      case FLOATS -> Arrays.fill(batch.floats(input), from, from + count, (float) value);
      case DOUBLES -> Arrays.fill(batch.doubles(input), from, from + count, value);
      case LONGS -> Arrays.fill(batch.longs(input), from, from + count, (long) value);
      case INTS -> Arrays.fill(batch.ints(input), from, from + count, (int) value);
    }
  }

  /** Whether an input can hold a number as it is, floats rounded. */
  static boolean holds(DType type, double value) {
    return switch (type.storage()) {
      case FLOATS, DOUBLES -> Float.isFinite((float) value) || type == DType.FLOAT64;
      case LONGS -> value == Math.rint(value) && Math.abs(value) <= 1L << 53;
      case INTS -> value == Math.rint(value) && value >= least(type) && value <= most(type);
    };
  }

  /** What an integer input can hold, for a message. */
  static String range(DType type) {
    return least(type) + " to " + most(type);
  }

  private static long least(DType type) {
    return type.isSigned() ? -1L << (8 * type.bytes() - 1) : 0;
  }

  private static long most(DType type) {
    int bits = 8 * type.bytes() - (type.isSigned() ? 1 : 0);
    return type == DType.BOOL ? 1 : (1L << bits) - 1;
  }

  private static boolean isCopied(Elements from, DType type, Object to, long toOffset, long bytes) {
    if (from.type() != type) {
      return false;
    }
    if (from instanceof Elements.Spark spark && spark.from() instanceof UnsafeArrayData array) {
      long header = UnsafeArrayData.calculateHeaderPortionInBytes((long) array.numElements());
      Platform.copyMemory(
          array.getBaseObject(),
          array.getBaseOffset() + header + (long) spark.first() * type.bytes(),
          to,
          toOffset,
          bytes);
      return true;
    }
    if (from instanceof Elements.Bytes raw && Platform.unaligned() && isLittleEndian()) {
      Platform.copyMemory(
          raw.from().array(),
          Platform.BYTE_ARRAY_OFFSET + (long) raw.first() * type.bytes(),
          to,
          toOffset,
          bytes);
      return true;
    }
    return false;
  }

  private static boolean isLittleEndian() {
    return java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;
  }
}
