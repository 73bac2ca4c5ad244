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
  BOOLEAN,
  BYTE,
  SHORT,
  INT,
  LONG,
  FLOAT,
  DOUBLE,
  /** The tensor's own elements as little-endian bytes, one after the other. */
  BYTES;

  boolean fills(DType dtype) {
    boolean isFloat = dtype == DType.FLOAT32 || dtype == DType.FLOAT64;
    return switch (this) {
      case BOOLEAN -> dtype == DType.BOOL;
      case BYTE -> isFloat || dtype == DType.INT8 || dtype == DType.INT32 || dtype == DType.INT64;
      case SHORT, INT -> isFloat || dtype == DType.INT32 || dtype == DType.INT64;
      case LONG -> isFloat || dtype == DType.INT64;
      case FLOAT, DOUBLE -> isFloat;
      case BYTES ->
          switch (dtype) {
            case FLOAT32, FLOAT64, INT64, INT32, INT8, UINT8, BOOL -> true;
            default -> false;
          };
    };
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
