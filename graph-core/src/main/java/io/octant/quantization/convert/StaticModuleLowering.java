package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.StaticLowering;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.operator.Operators;
import io.octant.operator.QuantizedWeights;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import java.util.List;
import java.util.Set;

/**
 * Linear and convolution modules, alone or fused with an activation or an addition, to modules on
 * quantized tensors.
 */
final class StaticModuleLowering {
  private static final Set<FusedKind> FUSED =
      Set.of(
          FusedKind.LINEAR_RELU,
          FusedKind.LINEAR_LEAKY_RELU,
          FusedKind.LINEAR_TANH,
          FusedKind.CONV_RELU_1D,
          FusedKind.CONV_RELU_2D,
          FusedKind.CONV_RELU_3D);

  private final GraphModule model;
  private final StaticPatterns patterns;
  private final StaticLowering lowering;
  private final CallSites calls;

  StaticModuleLowering(GraphModule model, StaticPatterns patterns, QuantizedEngine engine) {
    this.model = model;
    this.patterns = patterns;
    this.lowering = new StaticLowering(engine);
    this.calls = new CallSites(model);
  }

  void run() {
    for (Node node : model.graph().nodes()) {
      patterns.match(node, this::isOneInput, List.of(0)).ifPresent(this::lower);
    }
    for (Node node : model.graph().nodes()) {
      patterns.match(node, this::isTwoInputs, List.of(0, 1)).ifPresent(this::lower);
    }
  }

  private boolean isOneInput(Node node) {
    if (!(node.operation() instanceof Operation.CallModule) || node.args().size() != 1) {
      return false;
    }
    Module module = calls.original(node);
    if (module instanceof FusedModule fused) {
      return FUSED.contains(fused.kind())
          && fused.part(0) instanceof ReferenceModule reference
          && isPackable(reference);
    }
    return module instanceof ReferenceModule reference
        && Operators.standard().quantizesWeight(QuantizedWeights.STATIC, reference.floatType())
        && isPackable(reference);
  }

  private boolean isTwoInputs(Node node) {
    return node.operation() instanceof Operation.CallModule
        && calls.original(node) instanceof FusedModule fused
        && fused.kind().addsInput()
        && fused.part(0) instanceof ReferenceModule reference
        && isPackable(reference);
  }

  /** Kernels take signed weights; models that come quantized may have others. */
  private static boolean isPackable(ReferenceModule layer) {
    return layer.weightQParams("weight").dtype() != DType.QUINT8;
  }

  private void lower(StaticPatterns.Match match) {
    Node node = match.operator();
    Module module = calls.original(node);
    QParams output = patterns.qparams(match);
    if (match.relu() != null && !clampsLikeRelu(match, output)) {
      return;
    }
    ConvertException.naming(node, () -> calls.replace(node, lowering.lower(module, output)));
    for (Object argument : List.copyOf(node.args())) {
      if (QuantizeNodes.isDequantize(argument)) {
        node.replaceInput((Node) argument, QuantizeNodes.quantizedInput((Node) argument));
      }
    }
    patterns.bypassQuantize(match);
  }

  /** A ReLU is implied where the smallest integer stands for zero. */
  private static boolean clampsLikeRelu(StaticPatterns.Match match, QParams output) {
    return match.quantize().arg(3) instanceof DType dtype
        && output.zeroPoint() == QRange.of(dtype).min();
  }
}
