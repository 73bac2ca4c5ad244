package io.octant.pipeline.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.Platform;

/**
 * Copies the elements of Spark's array and binary values into primitive arrays. Element types that
 * agree are one memory copy; the others convert in a loop.
 */
final class ColumnCopy {
  private ColumnCopy() {}

  static void floats(ArrayData from, ElementType type, float[] to, int offset) {
    int n = from.numElements();
    switch (type) {
      case FLOAT -> {
        if (from instanceof UnsafeArrayData u) {
          copy(u, to, Platform.FLOAT_ARRAY_OFFSET + 4L * offset, 4L * n);
        } else {
          for (int i = 0; i < n; i++) {
            to[offset + i] = from.getFloat(i);
          }
        }
      }
      case DOUBLE -> {
        for (int i = 0; i < n; i++) {
          to[offset + i] = (float) from.getDouble(i);
        }
      }
      case LONG -> {
        for (int i = 0; i < n; i++) {
          to[offset + i] = from.getLong(i);
        }
      }
      default -> {
        for (int i = 0; i < n; i++) {
          to[offset + i] = integer(from, type, i);
        }
      }
    }
  }

  static void doubles(ArrayData from, ElementType type, double[] to, int offset) {
    int n = from.numElements();
    for (int i = 0; i < n; i++) {
      to[offset + i] =
          switch (type) {
            case DOUBLE -> from.getDouble(i);
            case FLOAT -> from.getFloat(i);
            case LONG -> from.getLong(i);
            default -> integer(from, type, i);
          };
    }
  }

  static void longs(ArrayData from, ElementType type, long[] to, int offset) {
    int n = from.numElements();
    if (type == ElementType.LONG && from instanceof UnsafeArrayData u) {
      copy(u, to, Platform.LONG_ARRAY_OFFSET + 8L * offset, 8L * n);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[offset + i] = type == ElementType.LONG ? from.getLong(i) : integer(from, type, i);
    }
  }

  static void ints(ArrayData from, ElementType type, int[] to, int offset) {
    int n = from.numElements();
    for (int i = 0; i < n; i++) {
      to[offset + i] = integer(from, type, i);
    }
  }

  private static int integer(ArrayData from, ElementType type, int i) {
    return switch (type) {
      case INT -> from.getInt(i);
      case SHORT -> from.getShort(i);
      case BYTE -> from.getByte(i);
      case BOOLEAN -> from.getBoolean(i) ? 1 : 0;
      default -> throw new IllegalStateException(type + " is no integer below 64 bits");
    };
  }

  private static void copy(UnsafeArrayData from, Object to, long toOffset, long bytes) {
    long header = UnsafeArrayData.calculateHeaderPortionInBytes((long) from.numElements());
    Platform.copyMemory(from.getBaseObject(), from.getBaseOffset() + header, to, toOffset, bytes);
  }

  /** Index of the first null element, −1 if there is none. */
  static int firstNull(ArrayData from) {
    int n = from.numElements();
    for (int i = 0; i < n; i++) {
      if (from.isNullAt(i)) {
        return i;
      }
    }
    return -1;
  }

  static void floats(byte[] from, float[] to, int offset, int n) {
    littleEndian(from).asFloatBuffer().get(to, offset, n);
  }

  static void doubles(byte[] from, double[] to, int offset, int n) {
    littleEndian(from).asDoubleBuffer().get(to, offset, n);
  }

  static void longs(byte[] from, long[] to, int offset, int n) {
    littleEndian(from).asLongBuffer().get(to, offset, n);
  }

  static void ints(byte[] from, int[] to, int offset, int n) {
    littleEndian(from).asIntBuffer().get(to, offset, n);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
