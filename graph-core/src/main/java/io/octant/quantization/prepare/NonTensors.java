package io.octant.quantization.prepare;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells nodes that compute sizes and other plain values from those that compute tensors, by what
 * they are made of; {@code all_node_args_have_no_tensors}. Conservative: a node that may be a
 * tensor counts as one. Keyword arguments are not looked at: {@code torch.cat(tensors=[a, b])} is
 * left float.
 */
final class NonTensors {
  private static final FunctionType GETITEM = FunctionType.of("operator.getitem");
  private static final FunctionType GETATTR = FunctionType.of("builtins.getattr");
  private static final Set<Object> SIZE_ATTRIBUTES = Set.of("ndim", "shape");

  private final GraphModule model;
  private final Map<Node, Boolean> cache = new IdentityHashMap<>();

  NonTensors(GraphModule model) {
    this.model = model;
  }

  /** Whether a node is a size, an attribute of a tensor, or arithmetic on such. */
  boolean hasNoTensorArguments(Node node) {
    Boolean known = cache.get(node);
    if (known == null) {
      known = compute(node);
      cache.put(node, known);
    }
    return known;
  }

  private boolean compute(Node node) {
    Operation op = node.operation();
    if (op instanceof Operation.Placeholder || op instanceof Operation.GetAttr) {
      return false;
    }
    if (op instanceof Operation.CallModule) {
      return model.moduleOf(node) instanceof ActivationPostProcess
          && node.arg(0) instanceof Node observed
          && hasNoTensorArguments(observed);
    }
    if (node.calls(GETITEM)) {
      return node.arg(0) instanceof Node container && hasNoTensorArguments(container);
    }
    if (readsSize(node)) {
      return true;
    }
    return !node.args().isEmpty() && node.args().stream().noneMatch(this::mayBeTensor);
  }

  /** Whether a node reads a size of a tensor. */
  boolean readsSize(Node node) {
    return node.callsMethod("size")
        || (node.calls(GETATTR) && SIZE_ATTRIBUTES.contains(node.arg(1)));
  }

  /**
   * Whether a node takes an item by its number: of a tensor, or of a tuple of tensors such as an
   * LSTM gives.
   */
  boolean mayPickResult(Node node) {
    return node.calls(GETITEM) && node.arg(1) instanceof Long;
  }

  /** Whether tensors come in as keyword arguments, which decide nothing above. */
  boolean hasTensorKeywords(Node node) {
    return Arguments.all(node.kwargs(), Node.class).stream()
        .anyMatch(n -> !hasNoTensorArguments(n));
  }

  private boolean mayBeTensor(Object argument) {
    if (argument instanceof List<?> list) {
      return list.stream().anyMatch(v -> v instanceof Node n && !hasNoTensorArguments(n));
    }
    if (argument instanceof Node n) {
      return !hasNoTensorArguments(n);
    }
    return !(argument instanceof Long || argument instanceof Boolean);
  }
}
