package io.octant.pipeline.data.arrow;

import java.math.BigInteger;
import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VariableWidthFieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.util.Text;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Values of vectors as Spark holds those of {@link ArrowTypes}. */
final class ArrowValues {
  private ArrowValues() {}

  /**
   * A value, null if it is.
   *
   * @throws ArithmeticException if it is a number of 64 bits without sign
   */
  static @Nullable Object of(FieldVector vector, int index) {
    if (vector.isNull(index)) {
      return null;
    } else if (vector instanceof ListVector list) {
      return list(
          list.getDataVector(), list.getElementStartIndex(index), list.getElementEndIndex(index));
    } else if (vector instanceof LargeListVector list) {
      return list(
          list.getDataVector(), list.getElementStartIndex(index), list.getElementEndIndex(index));
    } else if (vector instanceof FixedSizeListVector list) {
      long start = (long) index * list.getListSize();
      return list(list.getDataVector(), start, start + list.getListSize());
    } else if (vector instanceof BitVector bits) {
      return bits.get(index) != 0;
    } else if (vector instanceof Float2Vector half) {
      return half.getValueAsFloat(index);
    } else if (vector instanceof BaseIntVector integers) {
      return integer(integers, index);
    }
    if (vector instanceof VariableWidthFieldVector bytes) {
      requireWithin(bytes.getValueLength(index), bytes.getDataBuffer().capacity(), "bytes");
    }
    Object value = vector.getObject(index);
    return value instanceof Text text ? UTF8String.fromBytes(text.copyBytes()) : value;
  }

  private static Object integer(BaseIntVector vector, int index) {
    if (vector instanceof UInt1Vector) {
      return (short) (vector.getValueAsLong(index) & 0xFF);
    } else if (vector instanceof UInt2Vector) {
      return (int) (vector.getValueAsLong(index) & 0xFFFF);
    } else if (vector instanceof UInt4Vector) {
      return vector.getValueAsLong(index) & 0xFFFFFFFFL;
    } else if (vector instanceof UInt8Vector) {
      long value = vector.getValueAsLong(index);
      if (value < 0) {
        throw new ArithmeticException(new BigInteger(Long.toUnsignedString(value)).toString());
      }
      return value;
    }
    return ((FieldVector) vector).getObject(index);
  }

  /** A list; floats without nulls among them are copied in one go. */
  private static ArrayData list(FieldVector values, long start, long end) {
    requireWithin(end - start, values.getValueCount(), "elements");
    requireWithin(end, values.getValueCount(), "elements");
    int from = Math.toIntExact(start);
    int count = Math.toIntExact(end - start);
    if (values.getNullCount() == 0 && values instanceof Float4Vector) {
      float[] out = new float[count];
      ArrowBuf data = values.getDataBuffer();
      data.nioBuffer(4L * from, 4 * count).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(out);
      return UnsafeArrayData.fromPrimitiveArray(out);
    } else if (values.getNullCount() == 0 && values instanceof Float8Vector) {
      double[] out = new double[count];
      ArrowBuf data = values.getDataBuffer();
      data.nioBuffer(8L * from, 8 * count).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(out);
      return UnsafeArrayData.fromPrimitiveArray(out);
    } else if (values.getNullCount() == 0 && values instanceof UInt1Vector bytes) {
      short[] out = new short[count];
      for (int i = 0; i < count; i++) {
        out[i] = (short) (bytes.get(from + i) & 0xFF);
      }
      return UnsafeArrayData.fromPrimitiveArray(out);
    }
    Object[] out = new Object[count];
    for (int i = 0; i < count; i++) {
      out[i] = of(values, from + i);
    }
    return new GenericArrayData(out);
  }

  /** Refuses what would take memory, or what lies behind the last value. */
  private static void requireWithin(long count, long most, String what) {
    if (count < 0 || count > most) {
      throw new IndexOutOfBoundsException(count + " " + what + " where there are " + most);
    }
  }
}
