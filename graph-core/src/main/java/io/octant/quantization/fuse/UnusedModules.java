package io.octant.quantization.fuse;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Removes what a graph no longer calls or reads: batch norms that were folded, spent observers. */
public final class UnusedModules {
  private UnusedModules() {}

  /** Edits a module: keeps called modules with all below them, and what lies on the way to them. */
  public static void remove(GraphModule model) {
    Set<String> called = new HashSet<>();
    Set<String> onTheWay = new HashSet<>();
    for (Node n : model.graph()) {
      if (n.operation() instanceof Operation.CallModule m) {
        called.add(m.target());
        addParents(m.target(), onTheWay);
      } else if (n.operation() instanceof Operation.GetAttr g) {
        called.add(g.target());
        addParents(g.target(), onTheWay);
      }
    }
    prune("", model, called, onTheWay);
  }

  private static void addParents(String path, Set<String> into) {
    for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
      into.add(path.substring(0, dot));
    }
  }

  private static void prune(String path, Module module, Set<String> called, Set<String> onTheWay) {
    for (Map.Entry<String, Module> entry : List.copyOf(module.children().entrySet())) {
      String name = entry.getKey();
      String child = path.isEmpty() ? name : path + "." + name;
      if (called.contains(child)) {
        continue;
      }
      if (onTheWay.contains(child)) {
        prune(child, entry.getValue(), called, onTheWay);
      } else {
        module.removeChild(name);
      }
    }
  }
}
