package io.octant.quantization.observer;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.Locale;

/** Plain name of a module class, function or method, in lower case. */
final class OperatorName {
  private OperatorName() {}

  static String of(GraphModule model, Node node) {
    String name =
        node.operation() instanceof Operation.CallModule
            ? model.moduleOf(node).type().name()
            : node.operation().target();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
