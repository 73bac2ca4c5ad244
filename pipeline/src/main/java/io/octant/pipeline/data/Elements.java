package io.octant.pipeline.data;

import io.octant.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;

/** Numbers of one type, wherever they lie. */
sealed interface Elements {

  DType type();

  /** An element of any type as a double; integers of 64 bits are rounded. */
  double number(int i);

  /** An element of an integer type or bool. */
  long integer(int i);

  /**
   * Elements of a list, or one column of a row.
   *
   * @param first ordinal of the first one
   */
  record Spark(SpecializedGetters from, DType type, int first) implements Elements {
    @Override
    public double number(int i) {
      return switch (type) {
        case FLOAT32 -> from.getFloat(first + i);
        case FLOAT64 -> from.getDouble(first + i);
        default -> integer(i);
      };
    }

    @Override
    public long integer(int i) {
      return switch (type) {
        case BOOL -> from.getBoolean(first + i) ? 1 : 0;
        case INT8 -> from.getByte(first + i);
        case INT16 -> from.getShort(first + i);
        case INT32 -> from.getInt(first + i);
        case INT64 -> from.getLong(first + i);
        default -> throw new IllegalStateException(type + " is no integer of Spark");
      };
    }
  }

  /**
   * Little-endian elements, one after the other.
   *
   * @param first index of the first one
   */
  record Bytes(ByteBuffer from, DType type, int first) implements Elements {
    static Bytes of(byte[] bytes, DType type, int first) {
      return new Bytes(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), type, first);
    }

    @Override
    public double number(int i) {
      return switch (type) {
        case FLOAT32 -> from.getFloat(4 * (first + i));
        case FLOAT64 -> from.getDouble(8 * (first + i));
        default -> integer(i);
      };
    }

    @Override
    public long integer(int i) {
      return switch (type) {
        case UINT8, BOOL -> from.get(first + i) & 0xFF;
        case INT8 -> from.get(first + i);
        case UINT16 -> from.getShort(2 * (first + i)) & 0xFFFF;
        case INT16 -> from.getShort(2 * (first + i));
        case INT32 -> from.getInt(4 * (first + i));
        case INT64 -> from.getLong(8 * (first + i));
        default -> throw new IllegalStateException(type + " is no integer of bytes");
      };
    }
  }
}
