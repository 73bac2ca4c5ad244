package io.octant.onnx.qdq;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.onnx.OnnxException;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.Set;

/**
 * Finds pairs that change nothing: those before a clipping activation whose result is quantized
 * with the same parameters. Both clipping and quantizing are monotone and the second quantization
 * lands on the grid of the first, so {@code q(clip(dq(q(x))))} is {@code q(clip(x))} for every x.
 * Without the pair a runtime can fuse the activation into the layer before it.
 */
final class Redundancy {
  private static final FunctionType QUANTIZE = FunctionType.of("torch.quantize_per_tensor");
  private static final Set<String> CLIPPING =
      Set.of(
          "torch.nn.ReLU",
          "torch.nn.ReLU6",
          "torch.nn.Hardtanh",
          "torch.nn.functional.relu",
          "torch.nn.functional.relu6",
          "torch.nn.functional.hardtanh",
          "torch.relu",
          "torch.clamp");

  private final GraphModule graph;

  Redundancy(GraphModule graph) {
    this.graph = graph;
  }

  /** Whether a quantize node and the dequantize after it can be left out. */
  boolean isRedundant(Node quantize) {
    Node dequantize = onlyUser(quantize);
    Node clip = dequantize == null ? null : onlyUser(dequantize);
    if (dequantize == null || clip == null || !dequantize.callsMethod("dequantize")) {
      return false;
    }
    TargetType type = graph.typeOf(clip);
    return type != null
        && CLIPPING.contains(type.name())
        && !clip.users().isEmpty()
        && clip.users().stream()
            .allMatch(
                u ->
                    u.calls(QUANTIZE)
                        && u.arg(3).equals(quantize.arg(3))
                        && qparams(u, graph).equals(qparams(quantize, graph)));
  }

  private static @org.jspecify.annotations.Nullable Node onlyUser(Node n) {
    return n.users().size() == 1 ? n.users().iterator().next() : null;
  }

  /** Scale and zero point of a quantize node: numbers, or attributes that convert stored. */
  static QParams qparams(Node quantize, GraphModule graph) {
    return QParams.perTensor(number(quantize.arg(1), graph), (long) number(quantize.arg(2), graph));
  }

  private static double number(Object argument, GraphModule graph) {
    if (argument instanceof Node n && n.operation() instanceof Operation.GetAttr a) {
      return ((Tensor) graph.attribute(a.target())).item();
    }
    if (argument instanceof Number x) {
      return x.doubleValue();
    }
    throw new OnnxException(
        "Cannot export quantization parameter: " + argument + ", expected a constant");
  }
}
