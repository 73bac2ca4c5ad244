package io.octant.quantization.prepare;

import io.octant.graph.FunctionType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Arguments of known operators that are sizes, axes, masks or numbers, never values to observe;
 * {@code get_non_observable_arg_indexes_and_types}.
 */
final class ShapeArguments {
  private static final Set<String> ALL_BUT_FIRST_METHODS =
      Set.of(
          "permute",
          "repeat",
          "reshape",
          "size",
          "transpose",
          "unsqueeze",
          "unsqueeze_",
          "view",
          "masked_fill");
  private static final Set<FunctionType> ALL_BUT_FIRST_FUNCTIONS =
      Set.of(FunctionType.of("torch.transpose"), FunctionType.of("torch.unsqueeze"));

  private ShapeArguments() {}

  /** The nodes among those arguments; those in tuples and lists included. */
  static List<Node> of(Node node) {
    Operation op = node.operation();
    boolean known =
        op instanceof Operation.CallMethod m && ALL_BUT_FIRST_METHODS.contains(m.target())
            || op instanceof Operation.CallFunction f
                && ALL_BUT_FIRST_FUNCTIONS.contains(f.function());
    List<Node> out = new ArrayList<>();
    if (known) {
      node.args().stream().skip(1).forEach(a -> collect(a, out));
    }
    return out;
  }

  private static void collect(Object argument, List<Node> into) {
    if (argument instanceof Node n) {
      into.add(n);
    } else if (argument instanceof List<?> list) {
      list.forEach(a -> collect(a, into));
    } else if (argument instanceof Tuple tuple) {
      tuple.items().forEach(a -> collect(a, into));
    }
  }
}
