package io.octant.pipeline.model;

import ai.onnx.proto.OnnxMl;
import io.octant.onnx.OnnxModel;
import java.util.HashSet;
import java.util.Set;

/** The layers of a file that a runtime can compute in 8 bits. */
public final class QuantizedLayers {
  private static final Set<String> WEIGHTED = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");
  private static final Set<String> INTEGER =
      Set.of(
          "QLinearConv",
          "QLinearMatMul",
          "ConvInteger",
          "MatMulInteger",
          "QGemm",
          "DynamicQuantizeMatMul");

  private QuantizedLayers() {}

  /**
   * Counts convolutions and matrix products of the main graph whose two operands come from
   * DequantizeLinear, and operators on integers.
   */
  public static int count(OnnxModel model) {
    Set<String> dequantized = new HashSet<>();
    for (OnnxMl.NodeProto node : model.graph().getNodeList()) {
      if (node.getOpType().equals("DequantizeLinear")) {
        dequantized.addAll(node.getOutputList());
      }
    }
    int count = 0;
    for (OnnxMl.NodeProto node : model.graph().getNodeList()) {
      boolean pair =
          WEIGHTED.contains(node.getOpType())
              && node.getInputCount() > 1
              && dequantized.contains(node.getInput(0))
              && dequantized.contains(node.getInput(1));
      count += pair || INTEGER.contains(node.getOpType()) ? 1 : 0;
    }
    return count;
  }
}
