package io.octant.graph;

import io.octant.tensor.Tensor;
import java.util.stream.Collectors;

/**
 * Prints graphs readably: {@code name = opcode target(args, key=value)}, one line a node; a text
 * form like {@code torch.fx.Graph.print_tabular}.
 */
public final class GraphPrinter {
  private GraphPrinter() {}

  /** All nodes in execution order, each line ended by a line feed. */
  public static String print(Graph graph) {
    return graph.nodes().stream()
        .map(GraphPrinter::print)
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** One node in one line. */
  public static String print(Node node) {
    String args = node.args().stream().map(GraphPrinter::value).collect(Collectors.joining(", "));
    String kwargs =
        node.kwargs().entrySet().stream()
            .map(e -> e.getKey() + "=" + value(e.getValue()))
            .collect(Collectors.joining(", "));
    String all = args.isEmpty() ? kwargs : kwargs.isEmpty() ? args : args + ", " + kwargs;
    return node.isOutput()
        ? "output(" + all + ")"
        : "%"
            + node.name()
            + " = "
            + node.operation().opcode()
            + " "
            + node.target()
            + "("
            + all
            + ")";
  }

  private static String value(Object v) {
    if (v instanceof Node n) {
      return "%" + n.name();
    }
    if (v instanceof String s) {
      return "'" + s + "'";
    }
    if (v instanceof java.util.List<?> l) {
      return l.stream().map(GraphPrinter::value).collect(Collectors.joining(", ", "[", "]"));
    }
    if (v instanceof Tuple t) {
      return t.items().stream()
          .map(GraphPrinter::value)
          .collect(Collectors.joining(", ", "(", t.size() == 1 ? ",)" : ")"));
    }
    if (v instanceof java.util.Map<?, ?> m) {
      return m.entrySet().stream()
          .map(e -> e.getKey() + ": " + value(e.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return v instanceof Tensor t ? t.description() : String.valueOf(v);
  }
}
