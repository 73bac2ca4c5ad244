package io.octant.quantization.fuse;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Removes what a graph no longer calls or reads: batch norms that were folded, spent observers,
 * parameters of scales that became numbers of modules.
 */
public final class UnusedModules {
  private final Set<String> used = new HashSet<>();
  private final Set<String> onTheWay = new HashSet<>();

  private UnusedModules(GraphModule model, List<String> preserved) {
    used.addAll(preserved);
    for (Node n : model.graph()) {
      if (n.operation() instanceof Operation.CallModule
          || n.operation() instanceof Operation.GetAttr) {
        used.add(n.target());
        for (int dot = n.target().lastIndexOf('.');
            dot > 0;
            dot = n.target().lastIndexOf('.', dot - 1)) {
          onTheWay.add(n.target().substring(0, dot));
        }
      }
    }
  }

  /**
   * Edits a module: keeps called modules with all that is below them, what is read, and what lies
   * on the way to either.
   *
   * @param preserved names of attributes, parameters, buffers and children of the root that stay in
   *     any case
   */
  public static void remove(GraphModule model, List<String> preserved) {
    new UnusedModules(model, preserved).prune("", model);
  }

  private void prune(String path, Module module) {
    Stream.of(module.parameters(), module.buffers(), module.attributes())
        .flatMap(state -> List.copyOf(state.keySet()).stream())
        .filter(name -> !used.contains(join(path, name)))
        .forEach(module::removeState);
    for (Map.Entry<String, Module> entry : List.copyOf(module.children().entrySet())) {
      String child = join(path, entry.getKey());
      if (used.contains(child)) {
        continue;
      }
      if (onTheWay.contains(child)) {
        prune(child, entry.getValue());
      } else {
        module.removeChild(entry.getKey());
      }
    }
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
