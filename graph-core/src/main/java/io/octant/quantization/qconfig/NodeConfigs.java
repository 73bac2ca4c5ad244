package io.octant.quantization.qconfig;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a mapping chooses for each node of a graph; PyTorch's {@code
 * _generate_node_name_to_qconfig}.
 *
 * <ul>
 *   <li>call_module: type and path of the module; order counted by (parent, type)
 *   <li>call_function: the function's object type, outranked by the type of the module around it,
 *       then regex and name of that module; order counted by (module, function)
 *   <li>call_method: as a function, without order
 *   <li>get_attr: the module that owns the attribute
 *   <li>placeholder, output: none
 * </ul>
 */
public final class NodeConfigs {
  private NodeConfigs() {}

  /** Choices by node name, in execution order; observers already in the graph are left out. */
  public static <Q> Map<String, Choice<Q>> of(GraphModule model, ConfigMapping<Q, ?> mapping) {
    Map<String, Choice<Q>> out = new LinkedHashMap<>();
    Map<Occurrence, Integer> counts = new HashMap<>();
    for (Node node : model.graph()) {
      if (!isObserver(model, node)) {
        out.put(node.name(), choose(model, node, mapping, counts));
      }
    }
    return Collections.unmodifiableMap(out);
  }

  private static boolean isObserver(GraphModule model, Node node) {
    return node.operation() instanceof Operation.CallModule
        && model.moduleOf(node) instanceof io.octant.quantization.observer.ActivationPostProcess;
  }

  private static <Q> Choice<Q> choose(
      GraphModule model, Node node, ConfigMapping<Q, ?> mapping, Map<Occurrence, Integer> counts) {
    ConfigTable<Q> table = mapping.table();
    String scope = node.scope().modulePath();
    if (node.operation() instanceof Operation.GetAttr g) {
      String path = ConfigTable.parent(g.target());
      Module owner = model.findModule(path);
      return mapping.forModule(owner == null ? null : owner.type(), path, table.byGlobal());
    }
    if (node.operation() instanceof Operation.CallFunction f) {
      Choice<Q> byFunction = table.byObjectType(f.function(), table.byGlobal());
      Choice<Q> byScope = mapping.forModule(node.scope().moduleType(), scope, byFunction);
      return table.byOrder(next(scope, f.function(), counts), byScope);
    }
    if (node.operation() instanceof Operation.CallMethod m) {
      TargetType method = new io.octant.graph.MethodType(m.target());
      Choice<Q> byMethod = mapping.forModule(method, scope, table.byGlobal());
      return mapping.forModule(node.scope().moduleType(), scope, byMethod);
    }
    if (node.operation() instanceof Operation.CallModule m) {
      TargetType type = model.moduleOf(node).type();
      Choice<Q> byModule = mapping.forModule(type, m.target());
      return table.byOrder(next(ConfigTable.parent(m.target()), type, counts), byModule);
    }
    return new Choice<>(java.util.Optional.empty(), "graph input or output");
  }

  private static Occurrence next(
      String modulePath, TargetType type, Map<Occurrence, Integer> counts) {
    int index = counts.merge(new Occurrence(modulePath, type, 0), 1, Integer::sum) - 1;
    return new Occurrence(modulePath, type, index);
  }
}
