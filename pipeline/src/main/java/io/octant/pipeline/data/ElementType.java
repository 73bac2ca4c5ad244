package io.octant.pipeline.data;

import io.octant.tensor.DType;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.jspecify.annotations.Nullable;

/**
 * Element types of the columns that can hold tensors, and the tensor types each can fill: integers
 * widen and become floats, doubles round to float32, but no float becomes an integer.
 */
enum ElementType {
  BOOLEAN(DType.BOOL),
  BYTE(DType.INT8, DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
  SHORT(DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
  INT(DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64),
  LONG(DType.INT64, DType.FLOAT32, DType.FLOAT64),
  FLOAT(DType.FLOAT32, DType.FLOAT64),
  DOUBLE(DType.FLOAT32, DType.FLOAT64),
  /** The tensor's own elements as little-endian bytes, one after the other. */
  BYTES(
      DType.FLOAT32, DType.FLOAT64, DType.INT64, DType.INT32, DType.INT8, DType.UINT8, DType.BOOL);

  /** A bit for each tensor type, by ordinal. */
  private final long targets;

  ElementType(DType... targets) {
    long bits = 0;
    for (DType t : targets) {
      bits |= 1L << t.ordinal();
    }
    this.targets = bits;
  }

  boolean fills(DType dtype) {
    return (targets & 1L << dtype.ordinal()) != 0;
  }

  /** The element type of an array or binary column, null if the column is something else. */
  static @Nullable ElementType find(DataType column) {
    if (column instanceof BinaryType) {
      return BYTES;
    }
    return column instanceof ArrayType array ? findScalar(array.elementType()) : null;
  }

  /** The element type for a scalar column, null if it is not a number. */
  static @Nullable ElementType findScalar(DataType type) {
    if (type instanceof BooleanType) {
      return BOOLEAN;
    } else if (type instanceof ByteType) {
      return BYTE;
    } else if (type instanceof ShortType) {
      return SHORT;
    } else if (type instanceof IntegerType) {
      return INT;
    } else if (type instanceof LongType) {
      return LONG;
    } else if (type instanceof FloatType) {
      return FLOAT;
    } else if (type instanceof DoubleType) {
      return DOUBLE;
    }
    return null;
  }

  /** True for the types that a label column may have. */
  boolean isIntegral() {
    return this == BYTE || this == SHORT || this == INT || this == LONG;
  }
}
