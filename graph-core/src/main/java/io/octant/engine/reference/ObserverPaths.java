package io.octant.engine.reference;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Names the observers of a graph. One observer may stand under several paths; the first one in the
 * module tree names it.
 */
final class ObserverPaths {
  private ObserverPaths() {}

  /** Observer node name to the path that names its module, in execution order. */
  static Map<String, String> of(GraphModule model) {
    Map<Module, String> first = new IdentityHashMap<>();
    model.forEachModule((path, m) -> first.putIfAbsent(m, path));
    Map<String, String> out = new LinkedHashMap<>();
    for (Node n : model.graph()) {
      if (n.operation() instanceof Operation.CallModule) {
        Module m = model.moduleOf(n);
        String path = first.get(m);
        if (m instanceof ActivationPostProcess && path != null) {
          out.put(n.name(), path);
        }
      }
    }
    return Collections.unmodifiableMap(out);
  }
}
