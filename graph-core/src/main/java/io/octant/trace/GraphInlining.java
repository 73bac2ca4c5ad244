package io.octant.trace;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Runs the graph of a graph module step by step with an execution, so that it is traced through.
 */
final class GraphInlining {
  private final GraphModule module;
  private final Execution execution;
  private final Map<Node, Object> values = new HashMap<>();

  GraphInlining(GraphModule module, Execution execution) {
    this.module = module;
    this.execution = execution;
  }

  Object run(List<Object> args, Map<String, Object> kwargs) {
    int position = 0;
    for (Node n : module.graph()) {
      Operation op = n.operation();
      if (op instanceof Operation.Output) {
        return resolve(n.arg(0));
      }
      if (op instanceof Operation.Placeholder p) {
        values.put(n, input(n, p, position++, args, kwargs));
        continue;
      }
      List<Object> resolved = n.args().stream().map(this::resolve).toList();
      Map<String, Object> named = new LinkedHashMap<>();
      n.kwargs().forEach((k, v) -> named.put(k, resolve(v)));
      values.put(n, step(op, resolved, named));
    }
    return None.NONE;
  }

  private static Object input(
      Node n,
      Operation.Placeholder p,
      int position,
      List<Object> args,
      Map<String, Object> kwargs) {
    if (position < args.size()) {
      return args.get(position);
    }
    Object named = kwargs.get(p.target());
    if (named == null && n.args().isEmpty()) {
      throw new TraceException("Cannot call graph module: no value for input " + p.target());
    }
    return named != null ? named : n.arg(0);
  }

  private Object step(Operation op, List<Object> args, Map<String, Object> kwargs) {
    if (op instanceof Operation.CallFunction f) {
      return execution.callFunction(f.function(), args, kwargs);
    }
    if (op instanceof Operation.CallMethod m) {
      return execution.callMethod(m.target(), args, kwargs);
    }
    if (op instanceof Operation.CallModule m) {
      return execution.callModule(module.module(m.target()), args, kwargs);
    }
    int dot = op.target().lastIndexOf('.');
    return execution.attribute(
        module.module(dot < 0 ? "" : op.target().substring(0, dot)),
        op.target().substring(dot + 1));
  }

  private Object resolve(Object argument) {
    return Arguments.map(argument, n -> Objects.requireNonNull(values.get(n)));
  }
}
