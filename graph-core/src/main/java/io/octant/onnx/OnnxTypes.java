package io.octant.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.tensor.DType;

/**
 * ONNX element types and their counterparts here.
 *
 * <p>Unsigned 32- and 64-bit integers have none: they become int64, and a value beyond its range is
 * refused.
 */
public final class OnnxTypes {
  private OnnxTypes() {}

  /**
   * The counterpart of an ONNX element type.
   *
   * @param what what has this type, for the message
   * @throws OnnxException if there is none
   */
  public static DType dtype(int onnxType, String what) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(onnxType);
    if (type == null) {
      throw new OnnxException("Cannot read " + what + ": unknown element type " + onnxType);
    }
    return switch (type) {
      case FLOAT -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
      case FLOAT16 -> DType.FLOAT16;
      case BFLOAT16 -> DType.BFLOAT16;
      case FLOAT8E4M3FN -> DType.FLOAT8_E4M3FN;
      case FLOAT8E5M2 -> DType.FLOAT8_E5M2;
      case INT64, UINT64, UINT32 -> DType.INT64;
      case INT32 -> DType.INT32;
      case INT16 -> DType.INT16;
      case INT8 -> DType.INT8;
      case UINT8 -> DType.UINT8;
      case UINT16 -> DType.UINT16;
      case BOOL -> DType.BOOL;
      default ->
          throw new OnnxException(
              "Cannot read "
                  + what
                  + ": element type "
                  + type
                  + ", expected a float, integer or bool type");
    };
  }

  /** The ONNX element type of a plain (not quantized) type. */
  public static TensorProto.DataType onnxType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> TensorProto.DataType.FLOAT;
      case FLOAT64 -> TensorProto.DataType.DOUBLE;
      case FLOAT16 -> TensorProto.DataType.FLOAT16;
      case BFLOAT16 -> TensorProto.DataType.BFLOAT16;
      case FLOAT8_E4M3FN -> TensorProto.DataType.FLOAT8E4M3FN;
      case FLOAT8_E5M2 -> TensorProto.DataType.FLOAT8E5M2;
      case INT64 -> TensorProto.DataType.INT64;
      case INT32, QINT32 -> TensorProto.DataType.INT32;
      case INT16 -> TensorProto.DataType.INT16;
      case INT8, QINT8 -> TensorProto.DataType.INT8;
      case UINT8, QUINT8 -> TensorProto.DataType.UINT8;
      case UINT16 -> TensorProto.DataType.UINT16;
      case BOOL -> TensorProto.DataType.BOOL;
      case QUINT4X2 -> throw new OnnxException("Cannot write " + dtype + " to ONNX");
    };
  }
}
