package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.nn.quantized.dynamic.DynamicLowering;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.operator.Operators;
import io.octant.operator.QuantizedWeights;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Linear and recurrent modules behind a dynamic quantize to modules that take floats and quantize
 * them at run time.
 */
final class DynamicModuleLowering {
  private static final Set<DType> DTYPES = Set.of(DType.QUINT8, DType.QINT8, DType.FLOAT16);

  private final GraphModule model;
  private final DynamicLowering lowering;
  private final Map<String, Module> lowered = new HashMap<>();

  DynamicModuleLowering(GraphModule model, QuantizedEngine engine) {
    this.model = model;
    this.lowering = new DynamicLowering(engine);
  }

  void run() {
    for (Node node : model.graph().nodes()) {
      if (node.operation() instanceof Operation.CallModule m
          && (isSupported(model.moduleOf(node)) || lowered.containsKey(m.target()))
          && !node.args().isEmpty()
          && QuantizeNodes.isDequantize(node.arg(0))) {
        lower(node, (Node) node.arg(0));
      }
    }
  }

  private void lowerModule(Node node) {
    QuantizedModule module = lowering.lower(model.moduleOf(node));
    lowered.put(node.target(), module);
    model.setModule(node.target(), module);
  }

  private static boolean isSupported(Module module) {
    if (module instanceof FusedModule fused) {
      return fused.kind() == FusedKind.LINEAR_RELU && fused.part(0) instanceof ReferenceModule;
    }
    return module instanceof ReferenceModule reference
        && Operators.standard().quantizesWeight(QuantizedWeights.DYNAMIC, reference.floatType());
  }

  private void lower(Node node, Node dequantize) {
    Node quantize = QuantizeNodes.quantizedInput(dequantize);
    if (!quantize.calls(QuantizeNodes.DYNAMIC)
        || !(quantize.arg(1) instanceof DType dtype)
        || !DTYPES.contains(dtype)) {
      return;
    }
    if (!lowered.containsKey(node.target())) {
      ConvertException.naming(node, () -> lowerModule(node));
    }
    node.replaceInput(dequantize, quantize.arg(0));
  }
}
