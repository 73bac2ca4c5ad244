package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Which nodes of a converted graph read or compute quantized tensors. */
final class Quantizedness {
  private static final String DECOMPOSED = "torch.ops.quantized_decomposed.";
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final String QUANTIZED = "torch.ops.quantized.";

  private final Set<Node> quantized = Collections.newSetFromMap(new IdentityHashMap<>());

  Quantizedness(GraphModule model) {
    for (Node node : model.graph()) {
      if (isQuantize(node) || computes(node) && runsOnIntegers(node)) {
        quantized.add(node);
      }
    }
  }

  /** Whether a node computes something: not an input, attribute, output, quantize or dequantize. */
  static boolean computes(Node node) {
    return !node.isPlaceholder()
        && !node.isOutput()
        && !(node.operation() instanceof Operation.GetAttr)
        && !isQuantize(node)
        && !isDequantize(node)
        && !isChosenParameter(node);
  }

  /** One of the two results of choosing parameters. */
  private static boolean isChosenParameter(Node node) {
    return node.calls(GETITEM) && node.arg(0) instanceof Node n && isQuantize(n);
  }

  private static boolean isQuantize(Node node) {
    return node.calls(QuantizeNodes.PER_TENSOR)
        || node.calls(QuantizeNodes.PER_CHANNEL)
        || node.calls(QuantizeNodes.DYNAMIC)
        || node.target().startsWith(DECOMPOSED + "quantize")
        || node.target().startsWith(DECOMPOSED + "choose_qparams");
  }

  private static boolean isDequantize(Node node) {
    return QuantizeNodes.isDequantize(node) || node.target().startsWith(DECOMPOSED + "dequantize");
  }

  /** A quantized operator, or one of whose inputs any is a quantized tensor. */
  boolean runsOnIntegers(Node node) {
    return node.target().startsWith(QUANTIZED)
        || node.inputs().stream().anyMatch(quantized::contains);
  }

  /** Whether a node reads dequantized values and nobody quantizes what it gives. */
  boolean givesFloats(Node node) {
    return readsDequantized(node) && node.users().stream().noneMatch(Quantizedness::isQuantize);
  }

  boolean readsDequantized(Node node) {
    return node.inputs().stream().anyMatch(Quantizedness::isDequantize);
  }
}
