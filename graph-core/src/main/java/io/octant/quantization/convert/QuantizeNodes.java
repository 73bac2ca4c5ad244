package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Node;

/** The operators that stand between floats and integers in a reference graph. */
final class QuantizeNodes {
  static final FunctionType PER_TENSOR = FunctionType.of("torch.quantize_per_tensor");
  static final FunctionType PER_CHANNEL = FunctionType.of("torch.quantize_per_channel");
  static final FunctionType DYNAMIC = FunctionType.of("torch.quantize_per_tensor_dynamic");
  static final String DEQUANTIZE = "dequantize";
  static final String TO = "to";

  private QuantizeNodes() {}

  static boolean isDequantize(Object value) {
    return value instanceof Node n && n.callsMethod(DEQUANTIZE);
  }

  /** What a dequantize node reads. */
  static Node quantizedInput(Node dequantize) {
    return (Node) dequantize.arg(0);
  }
}
