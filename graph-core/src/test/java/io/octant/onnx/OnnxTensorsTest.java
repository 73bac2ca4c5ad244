package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxTensorsTest {
  private static TensorProto.Builder proto(TensorProto.DataType type, long... dims) {
    TensorProto.Builder out = TensorProto.newBuilder().setName("t").setDataType(type.getNumber());
    for (long d : dims) {
      out.addDims(d);
    }
    return out;
  }

  private static Tensor decode(TensorProto.Builder proto) {
    return OnnxTensors.decode(proto.build());
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {
        "FLOAT32",
        "FLOAT64",
        "FLOAT16",
        "BFLOAT16",
        "INT64",
        "INT32",
        "INT16",
        "INT8",
        "UINT8",
        "UINT16",
        "BOOL"
      })
  void whatIsEncodedIsDecoded(DType dtype) {
    Shape shape = Shape.of(2, 2);
    Tensor t =
        switch (dtype.storage()) {
          case FLOATS -> Tensor.of(dtype, shape, new float[] {0, -1.5f, 0.0078125f, 96});
          case DOUBLES -> Tensor.of(dtype, shape, new double[] {0, -1.1, 1e300, 3});
          case LONGS -> Tensor.of(dtype, shape, new long[] {0, -1, Long.MAX_VALUE, 3});
          case INTS -> Tensor.of(dtype, shape, new int[] {0, 1, dtype.isSigned() ? -1 : 1, 1});
        };
    assertThat(OnnxTensors.decode(OnnxTensors.encode("t", t))).isEqualTo(t);
  }

  @Test
  void theTypedFields() {
    assertThat(decode(proto(TensorProto.DataType.FLOAT, 2).addFloatData(1).addFloatData(-2)))
        .isEqualTo(Tensor.of(new float[] {1, -2}, 2));
    assertThat(decode(proto(TensorProto.DataType.DOUBLE).addDoubleData(0.1)).item()).isEqualTo(0.1);
    assertThat(decode(proto(TensorProto.DataType.INT64, 1).addInt64Data(-7)).longs())
        .containsExactly(-7);
    assertThat(decode(proto(TensorProto.DataType.UINT64, 1).addUint64Data(7)).longs())
        .containsExactly(7);
    for (TensorProto.DataType type :
        List.of(
            TensorProto.DataType.INT32,
            TensorProto.DataType.INT16,
            TensorProto.DataType.INT8,
            TensorProto.DataType.UINT16,
            TensorProto.DataType.UINT8)) {
      assertThat(decode(proto(type, 2).addInt32Data(5).addInt32Data(100)).ints())
          .containsExactly(5, 100);
    }
    assertThat(decode(proto(TensorProto.DataType.BOOL, 1).addInt32Data(1)).ints())
        .containsExactly(1);
    assertThat(decode(proto(TensorProto.DataType.FLOAT16, 1).addInt32Data(0x3c00)).floats())
        .containsExactly(1f);
    assertThat(decode(proto(TensorProto.DataType.BFLOAT16, 1).addInt32Data(0xc000)).floats())
        .containsExactly(-2f);
  }

  /** Values from the tables of IEEE 754 and of the FP8 paper. */
  @Test
  void smallFloats() {
    int[] half = {0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3555, 0x7bff, 0x7c00, 0xfc00, 0x7e00};
    float[] expected = {
      0f,
      -0f,
      0x1p-24f,
      0x1.ff8p-15f,
      0x1p-14f,
      0.333251953125f,
      65504f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    TensorProto.Builder p = proto(TensorProto.DataType.FLOAT16, half.length);
    ByteBuffer raw = ByteBuffer.allocate(2 * half.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int h : half) {
      raw.putShort((short) h);
    }
    Tensor decoded = decode(p.setRawData(ByteString.copyFrom(raw.flip())));
    assertThat(decoded.floats()).containsExactly(expected);
    assertThat(OnnxTensors.encode("t", decoded).getRawData()).isEqualTo(p.getRawData());

    byte[] e4m3 = {0x00, 0x01, 0x08, 0x38, 0x7e, 0x7f, (byte) 0xb8};
    assertThat(
            decode(
                    proto(TensorProto.DataType.FLOAT8E4M3FN, e4m3.length)
                        .setRawData(ByteString.copyFrom(e4m3)))
                .floats())
        .containsExactly(0f, 0x1p-9f, 0x1p-6f, 1f, 448f, Float.NaN, -1f);
    byte[] e5m2 = {0x00, 0x01, 0x3c, 0x7b, 0x7c, 0x7d};
    assertThat(
            decode(
                    proto(TensorProto.DataType.FLOAT8E5M2, e5m2.length)
                        .setRawData(ByteString.copyFrom(e5m2)))
                .floats())
        .containsExactly(0f, 0x1p-16f, 1f, 57344f, Float.POSITIVE_INFINITY, Float.NaN);
  }

  @Test
  void whatDoesNotFitIsRefusedByName() {
    assertThatThrownBy(() -> decode(proto(TensorProto.DataType.FLOAT, 3).addFloatData(1)))
        .isInstanceOf(OnnxException.class)
        .hasMessage("Cannot read tensor t: 1 values, expected 3");
    assertThatThrownBy(
            () ->
                decode(
                    proto(TensorProto.DataType.FLOAT, 3)
                        .setRawData(ByteString.copyFrom(new byte[11]))))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("tensor t: 11 bytes, expected 12");
    assertThatThrownBy(() -> decode(proto(TensorProto.DataType.STRING, 1)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("tensor t: element type STRING");
    assertThatThrownBy(() -> decode(proto(TensorProto.DataType.UINT64, 1).addUint64Data(-1)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("18446744073709551615, expected less than 2^63");
    assertThatThrownBy(() -> decode(proto(TensorProto.DataType.FLOAT, -1)))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("dimension -1");
  }
}
