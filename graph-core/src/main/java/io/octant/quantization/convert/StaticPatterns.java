package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.prepare.PreparedState;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Finds an operator, and maybe a ReLU after it, between dequantize and quantize. */
final class StaticPatterns {
  private static final ModuleType RELU_MODULE = new ModuleType("torch.nn.ReLU");
  private static final Set<FunctionType> RELUS =
      Set.of(FunctionType.of("torch.nn.functional.relu"), FunctionType.of("torch.relu"));

  /**
   * A match.
   *
   * @param quantize the {@code quantize_per_tensor} that the result goes through
   * @param relu the ReLU in between, null if there is none
   * @param operator the operator
   */
  record Match(Node quantize, @Nullable Node relu, Node operator) {
    Node scale() {
      return (Node) quantize.arg(1);
    }

    Node zeroPoint() {
      return (Node) quantize.arg(2);
    }
  }

  private final GraphModule model;
  private final PreparedState state;

  StaticPatterns(GraphModule model, PreparedState state) {
    this.model = model;
    this.state = state;
  }

  /**
   * The match that ends at a quantize node.
   *
   * @param wanted which operators
   * @param dequantized positions of arguments that must be dequantized, or no tensor; at least one
   *     must be dequantized
   */
  Optional<Match> match(Node quantize, Predicate<Node> wanted, List<Integer> dequantized) {
    if (!quantize.calls(QuantizeNodes.PER_TENSOR) || !(quantize.arg(0) instanceof Node before)) {
      return Optional.empty();
    }
    Node relu = isRelu(before) ? before : null;
    if (relu != null && !(relu.arg(0) instanceof Node)) {
      return Optional.empty();
    }
    Node operator = relu == null ? before : (Node) relu.arg(0);
    boolean fits =
        !state.hasNoQConfig(operator.name())
            && wanted.test(operator)
            && isReadOnlyBy(operator, relu == null ? quantize : relu)
            && (relu == null || isReadOnlyBy(relu, quantize))
            && areDequantized(operator, dequantized);
    return fits ? Optional.of(new Match(quantize, relu, operator)) : Optional.empty();
  }

  /** A value that others read too must stay float for them. */
  private static boolean isReadOnlyBy(Node node, Node reader) {
    return node.users().size() == 1 && node.users().contains(reader);
  }

  private static boolean areDequantized(Node operator, List<Integer> positions) {
    boolean any = false;
    for (int i : positions) {
      if (i >= operator.args().size()) {
        return false;
      }
      Object argument = operator.arg(i);
      if (QuantizeNodes.isDequantize(argument)) {
        any = true;
      } else if (argument instanceof Node) {
        return false;
      }
    }
    return any;
  }

  boolean isRelu(Node node) {
    if (node.operation() instanceof Operation.CallFunction f) {
      return RELUS.contains(f.function());
    }
    return RELU_MODULE.equals(model.typeOf(node));
  }

  /** The parameters that a match is quantized with. */
  QParams qparams(Match match) {
    return qparams(model, match.quantize());
  }

  static QParams qparams(GraphModule model, Node quantize) {
    Tensor scale = (Tensor) model.attribute(((Node) quantize.arg(1)).target());
    Tensor zeroPoint = (Tensor) model.attribute(((Node) quantize.arg(2)).target());
    return QParams.perTensor(scale.item(), zeroPoint.longAt(0));
  }

  /** Lets readers of the quantized result read the operator, and drops what stood in between. */
  void bypassQuantize(Match match) {
    match.quantize().replaceAllUsesWith(match.operator());
    model.graph().erase(match.quantize());
    if (match.relu() != null) {
      model.graph().erase(match.relu());
    }
    eraseParameters(match.scale(), match.zeroPoint());
  }

  private void eraseParameters(Node... nodes) {
    for (Node n : nodes) {
      if (n.users().isEmpty()) {
        model.graph().erase(n);
        model.removeState(n.target());
      }
    }
  }
}
