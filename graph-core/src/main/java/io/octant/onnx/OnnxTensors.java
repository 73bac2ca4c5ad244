package io.octant.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.SmallFloats;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Tensors from and to {@code TensorProto}, in every encoding that onnx.proto defines for numbers:
 * raw little-endian bytes and the typed repeated fields.
 */
public final class OnnxTensors {
  private OnnxTensors() {}

  /**
   * Decodes a tensor.
   *
   * @throws OnnxException naming the tensor, if its type has no counterpart, its size does not fit
   *     its shape, or it is in another file that was not read with the model
   */
  public static Tensor decode(TensorProto proto) {
    String what = "tensor " + proto.getName();
    DType dtype = OnnxTypes.dtype(proto.getDataType(), what);
    Shape shape = shape(proto, what);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw new OnnxException(
          "Cannot read external " + what + ": the model was not loaded from a folder");
    }
    if (proto.hasRawData()) {
      int width = width(proto.getDataType());
      ByteBuffer raw = proto.getRawData().asReadOnlyByteBuffer();
      if (raw.remaining() != (long) shape.numel() * width) {
        throw new OnnxException(
            "Cannot read "
                + what
                + ": "
                + raw.remaining()
                + " bytes, expected "
                + (long) shape.numel() * width
                + " for "
                + dtype
                + shape);
      }
      return fromRaw(proto.getDataType(), dtype, shape, raw.order(ByteOrder.LITTLE_ENDIAN), what);
    }
    return fromFields(proto, dtype, shape, what);
  }

  private static Shape shape(TensorProto proto, String what) {
    int[] dims = new int[proto.getDimsCount()];
    for (int i = 0; i < dims.length; i++) {
      long d = proto.getDims(i);
      if (d < 0 || d > Integer.MAX_VALUE) {
        throw new OnnxException(
            "Cannot read " + what + ": dimension " + d + ", expected 0 to 2^31 - 1");
      }
      dims[i] = (int) d;
    }
    try {
      return Shape.of(dims);
    } catch (OctantException e) {
      throw new OnnxException("Cannot read " + what + " (" + e.getMessage() + ")", e);
    }
  }

  /** Bytes that a tensor's elements take as raw data. */
  static long rawBytes(TensorProto proto) {
    String what = "tensor " + proto.getName();
    OnnxTypes.dtype(proto.getDataType(), what);
    return (long) shape(proto, what).numel() * width(proto.getDataType());
  }

  private static int width(int onnxType) {
    return switch (TensorProto.DataType.forNumber(onnxType)) {
      case DOUBLE, INT64, UINT64 -> 8;
      case FLOAT, INT32, UINT32 -> 4;
      case FLOAT16, BFLOAT16, INT16, UINT16 -> 2;
      default -> 1;
    };
  }

  private static Tensor fromRaw(
      int onnxType, DType dtype, Shape shape, ByteBuffer raw, String what) {
    int n = shape.numel();
    switch (dtype.storage()) {
      case FLOATS -> {
        float[] out = new float[n];
        if (dtype == DType.FLOAT32) {
          raw.asFloatBuffer().get(out);
        } else {
          for (int i = 0; i < n; i++) {
            int bits = dtype.bytes() == 2 ? raw.getShort() & 0xffff : raw.get() & 0xff;
            out[i] = SmallFloats.decode(dtype, bits);
          }
        }
        return Tensor.of(dtype, shape, out);
      }
      case DOUBLES -> {
        double[] out = new double[n];
        raw.asDoubleBuffer().get(out);
        return Tensor.of(dtype, shape, out);
      }
      case LONGS -> {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
          out[i] =
              onnxType == TensorProto.DataType.UINT32_VALUE
                  ? raw.getInt() & 0xffffffffL
                  : signed(raw.getLong(), onnxType, what);
        }
        return Tensor.of(dtype, shape, out);
      }
      case INTS -> {
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
          out[i] =
              switch (dtype) {
                case INT32 -> raw.getInt();
                case INT16 -> raw.getShort();
                case UINT16 -> raw.getShort() & 0xffff;
                case INT8 -> raw.get();
                case BOOL -> raw.get() == 0 ? 0 : 1;
                default -> raw.get() & 0xff;
              };
        }
        return Tensor.of(dtype, shape, out);
      }
    }
    throw new AssertionError(dtype);
  }

  private static Tensor fromFields(TensorProto proto, DType dtype, Shape shape, String what) {
    int n = shape.numel();
    switch (dtype.storage()) {
      case FLOATS -> {
        float[] out = new float[n];
        if (dtype == DType.FLOAT32) {
          requireCount(proto.getFloatDataCount(), n, what);
          for (int i = 0; i < n; i++) {
            out[i] = proto.getFloatData(i);
          }
        } else {
          requireCount(proto.getInt32DataCount(), n, what);
          int most = dtype.bytes() == 2 ? 0xffff : 0xff;
          for (int i = 0; i < n; i++) {
            int bits = proto.getInt32Data(i);
            if (bits < 0 || bits > most) {
              throw new OnnxException(
                  "Cannot read " + what + ": bits " + bits + ", expected 0 to " + most);
            }
            out[i] = SmallFloats.decode(dtype, bits);
          }
        }
        return Tensor.of(dtype, shape, out);
      }
      case DOUBLES -> {
        requireCount(proto.getDoubleDataCount(), n, what);
        return Tensor.of(
            dtype,
            shape,
            proto.getDoubleDataList().stream().mapToDouble(Double::doubleValue).toArray());
      }
      case LONGS -> {
        boolean unsigned = proto.getDataType() != TensorProto.DataType.INT64_VALUE;
        List<Long> data = unsigned ? proto.getUint64DataList() : proto.getInt64DataList();
        requireCount(data.size(), n, what);
        return Tensor.of(
            dtype,
            shape,
            data.stream().mapToLong(v -> signed(v, proto.getDataType(), what)).toArray());
      }
      case INTS -> {
        requireCount(proto.getInt32DataCount(), n, what);
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
          out[i] = inRange(dtype, proto.getInt32Data(i), what);
        }
        return Tensor.of(dtype, shape, out);
      }
    }
    throw new AssertionError(dtype);
  }

  private static long signed(long value, int onnxType, String what) {
    if (value < 0 && onnxType == TensorProto.DataType.UINT64_VALUE) {
      throw new OnnxException(
          "Cannot read "
              + what
              + ": "
              + Long.toUnsignedString(value)
              + ", expected less than 2^63");
    }
    return value;
  }

  /** The typed field holds small types in 32 bits. */
  private static int inRange(DType dtype, int value, String what) {
    int least = dtype == DType.INT8 ? Byte.MIN_VALUE : dtype == DType.INT16 ? Short.MIN_VALUE : 0;
    int most =
        switch (dtype) {
          case INT8 -> Byte.MAX_VALUE;
          case UINT8 -> 255;
          case INT16 -> Short.MAX_VALUE;
          case UINT16 -> 65535;
          case BOOL -> 1;
          default -> Integer.MAX_VALUE;
        };
    if (dtype != DType.INT32 && (value < least || value > most)) {
      throw new OnnxException(
          "Cannot read " + what + ": " + value + ", expected " + least + " to " + most);
    }
    return value;
  }

  private static void requireCount(int found, int wanted, String what) {
    if (found != wanted) {
      throw new OnnxException("Cannot read " + what + ": " + found + " values, expected " + wanted);
    }
  }

  /** Encodes a tensor as raw bytes; a quantized tensor's integers without their parameters. */
  public static TensorProto encode(String name, Tensor tensor) {
    DType dtype = tensor.dtype();
    TensorProto.Builder out =
        TensorProto.newBuilder().setName(name).setDataType(OnnxTypes.onnxType(dtype).getNumber());
    for (int d : tensor.shape().toArray()) {
      out.addDims(d);
    }
    int n = tensor.numel();
    ByteBuffer raw = ByteBuffer.allocate(n * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      switch (dtype) {
        case FLOAT32 -> raw.putFloat(tensor.floats()[i]);
        case FLOAT64 -> raw.putDouble(tensor.doubles()[i]);
        case FLOAT16, BFLOAT16 ->
            raw.putShort((short) SmallFloats.encode(dtype, tensor.floats()[i]));
        case FLOAT8_E4M3FN, FLOAT8_E5M2 ->
            throw new OnnxException("Cannot write tensor " + name + " of " + dtype);
        case INT64 -> raw.putLong(tensor.longs()[i]);
        case INT32, QINT32 -> raw.putInt(tensor.ints()[i]);
        case INT16, UINT16 -> raw.putShort((short) tensor.ints()[i]);
        default -> raw.put((byte) tensor.ints()[i]);
      }
    }
    return out.setRawData(ByteString.copyFrom(raw.flip())).build();
  }
}
