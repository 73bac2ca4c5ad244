package io.octant.quantization.prepare;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a model that come quantized, from a file with QuantizeLinear and DequantizeLinear
 * pairs: values behind a dequantize, operators whose result goes to a quantize alone, and layers
 * with quantized weights. They stay as they are; prepare quantizes the rest around them. PyTorch
 * has no counterpart: its prepare takes float models.
 */
final class QuantizedAlready {
  private static final FunctionType PER_TENSOR = FunctionType.of("torch.quantize_per_tensor");
  private static final FunctionType PER_CHANNEL = FunctionType.of("torch.quantize_per_channel");
  private static final Set<FunctionType> QUANTIZE =
      Set.of(PER_TENSOR, PER_CHANNEL, FunctionType.of("torch.quantize_per_tensor_dynamic"));

  private QuantizedAlready() {}

  static boolean isQuantize(Node node) {
    return node.operation() instanceof Operation.CallFunction f && QUANTIZE.contains(f.function());
  }

  /**
   * Whether a value was dequantized: its integers are known. Those with a scale for each channel
   * are no operand of a quantized operator, which reads them as floats.
   */
  static boolean isValue(Node node) {
    Node quantize = node.callsMethod("dequantize") ? quantize(node) : null;
    return quantize != null && !quantize.calls(PER_CHANNEL);
  }

  /** What quantized a dequantized value, perhaps before its integers were moved or pooled. */
  private static @Nullable Node quantize(Node dequantize) {
    Node node = dequantize;
    while (!node.args().isEmpty() && node.arg(0) instanceof Node in) {
      if (isQuantize(in)) {
        return in;
      }
      if (in.callsMethod("dequantize")) {
        return null;
      }
      node = in;
    }
    return null;
  }

  /** Whether all that reads a value quantizes it. */
  static boolean isQuantizedNext(Node node) {
    return !node.users().isEmpty() && node.users().stream().allMatch(QuantizedAlready::isQuantize);
  }

  /** Whether a module holds quantized weights. */
  static boolean isLayer(Module module) {
    return module instanceof ReferenceModule
        || module instanceof FusedModule fused && fused.part(0) instanceof ReferenceModule;
  }

  /** Whether a node belongs to a part that is quantized already. */
  static boolean contains(GraphModule model, Node node) {
    return isQuantize(node)
        || isValue(node)
        || node.operation() instanceof Operation.CallModule && isLayer(model.moduleOf(node));
  }

  /** Type and parameters of a dequantized value; null if they are not per tensor and constant. */
  static @Nullable Parameters parameters(GraphModule model, Node dequantize) {
    Node quantize = quantize(dequantize);
    if (quantize == null || !quantize.calls(PER_TENSOR)) {
      return null;
    }
    return new Parameters(
        (DType) quantize.arg(3),
        QParams.perTensor(number(model, quantize.arg(1)), (long) number(model, quantize.arg(2))));
  }

  private static double number(GraphModule model, Object argument) {
    return argument instanceof Number n
        ? n.doubleValue()
        : ((Tensor) model.attribute(((Node) argument).target())).item();
  }

  /** How a value is quantized. */
  record Parameters(DType dtype, QParams qparams) {}
}
