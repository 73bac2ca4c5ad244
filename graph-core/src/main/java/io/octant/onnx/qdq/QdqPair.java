package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;

/** Builds QuantizeLinear and DequantizeLinear nodes with their parameters as initializers. */
final class QdqPair {
  private QdqPair() {}

  /** Names of a tensor's scale and zero point. */
  record Parameters(String scale, String zeroPoint) {}

  /** Stores scale and zero point: scalars per tensor, vectors per channel. */
  static Parameters parameters(ModelEditor editor, String tensor, QParams q, DType integers) {
    Shape shape = q.isPerChannel() ? Shape.of(q.size()) : Shape.SCALAR;
    float[] scales = new float[q.size()];
    int[] zeroPoints = new int[q.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) q.scale(i);
      zeroPoints[i] = (int) q.zeroPoint(i);
    }
    return new Parameters(
        editor.initializer(tensor + "_scale", Tensor.of(DType.FLOAT32, shape, scales)),
        editor.initializer(tensor + "_zero_point", Tensor.of(integers, shape, zeroPoints)));
  }

  static NodeProto.Builder quantize(
      ModelEditor editor, String tensor, Parameters p, String output) {
    return node(editor, "QuantizeLinear", tensor, tensor, p, output);
  }

  static NodeProto.Builder dequantize(
      ModelEditor editor, String label, String integers, Parameters p, String output) {
    return node(editor, "DequantizeLinear", label, integers, p, output);
  }

  private static NodeProto.Builder node(
      ModelEditor editor, String type, String label, String input, Parameters p, String output) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(editor.unique(label + "_" + type))
        .addAllInput(List.of(input, p.scale(), p.zeroPoint()))
        .addOutput(output);
  }

  static AttributeProto axis(int axis) {
    return AttributeProto.newBuilder()
        .setName("axis")
        .setType(AttributeProto.AttributeType.INT)
        .setI(axis)
        .build();
  }

  /** The plain integer type that ONNX stores a quantized type in. */
  static DType integers(DType quantized) {
    return switch (quantized) {
      case QINT8, INT8 -> DType.INT8;
      case QUINT8, UINT8 -> DType.UINT8;
      case QINT32, INT32 -> DType.INT32;
      default ->
          throw new io.octant.onnx.OnnxException(
              "Cannot export quantized type: " + quantized + ", expected qint8, quint8 or qint32");
    };
  }
}
