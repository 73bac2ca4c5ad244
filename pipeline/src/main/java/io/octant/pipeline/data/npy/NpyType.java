package io.octant.pipeline.data.npy;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.apache.arrow.memory.util.Float16;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Element types of arrays, and the type of Spark that holds every one of their values. */
enum NpyType {
  B1(1, DataTypes.BooleanType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      boolean[] values = new boolean[count];
      for (int i = 0; i < count; i++) {
        values[i] = bytes.get() != 0;
      }
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  I1(1, DataTypes.ByteType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      byte[] values = new byte[count];
      bytes.get(values);
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  U1(1, DataTypes.ShortType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      short[] values = new short[count];
      for (int i = 0; i < count; i++) {
        values[i] = (short) Byte.toUnsignedInt(bytes.get());
      }
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  I2(2, DataTypes.ShortType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      short[] values = new short[count];
      bytes.asShortBuffer().get(values);
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  U2(2, DataTypes.IntegerType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      int[] values = new int[count];
      for (int i = 0; i < count; i++) {
        values[i] = Short.toUnsignedInt(bytes.getShort());
      }
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  I4(4, DataTypes.IntegerType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      int[] values = new int[count];
      bytes.asIntBuffer().get(values);
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  U4(4, DataTypes.LongType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      long[] values = new long[count];
      for (int i = 0; i < count; i++) {
        values[i] = Integer.toUnsignedLong(bytes.getInt());
      }
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  I8(8, DataTypes.LongType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      long[] values = new long[count];
      bytes.asLongBuffer().get(values);
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  U8(8, DataTypes.LongType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      long[] values = new long[count];
      bytes.asLongBuffer().get(values);
      for (int i = 0; i < count; i++) {
        if (values[i] < 0) {
          throw new ArithmeticException(
              Long.toUnsignedString(values[i]) + " at position " + i + ", which takes 64 bits");
        }
      }
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  F2(2, DataTypes.FloatType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = Float16.toFloat(bytes.getShort());
      }
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  F4(4, DataTypes.FloatType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      float[] values = new float[count];
      bytes.asFloatBuffer().get(values);
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  },
  F8(8, DataTypes.DoubleType) {
    @Override
    UnsafeArrayData list(ByteBuffer bytes, int count) {
      double[] values = new double[count];
      bytes.asDoubleBuffer().get(values);
      return UnsafeArrayData.fromPrimitiveArray(values);
    }
  };

  private final int bytes;
  private final DataType spark;

  NpyType(int bytes, DataType spark) {
    this.bytes = bytes;
    this.spark = spark;
  }

  /** Of one element. */
  int bytes() {
    return bytes;
  }

  DataType spark() {
    return spark;
  }

  /**
   * Elements as Spark holds a list of them.
   *
   * @param bytes in the byte order of the file
   * @throws ArithmeticException if a value does not fit
   */
  abstract UnsafeArrayData list(ByteBuffer bytes, int count);

  /** By its code, such as {@code f4}. */
  static Optional<NpyType> find(String code) {
    for (NpyType type : values()) {
      if (type.name().equalsIgnoreCase(code) && code.equals(code.toLowerCase(Locale.ROOT))) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
