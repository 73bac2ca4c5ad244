package io.octant.graph;

import io.octant.OctantException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a graph node by node on concrete values, after {@code torch.fx.Interpreter}. Subclasses
 * override {@link #runNode} or one opcode. A value is dropped after its last use. A failure names
 * the node and its scope. One run at a time.
 */
public class Interpreter {
  protected final GraphModule module;
  private final Map<Node, Object> values = new HashMap<>();
  private final Map<Node, List<Node>> dropAfter = new IdentityHashMap<>();

  /** An interpreter of a module's graph, which must not be edited while it is in use. */
  public Interpreter(GraphModule module) {
    this.module = module;
    Map<Node, Node> lastUse = new IdentityHashMap<>();
    for (Node n : module.graph()) {
      n.inputs().forEach(in -> lastUse.put(in, n));
    }
    lastUse.forEach(
        (value, user) -> dropAfter.computeIfAbsent(user, u -> new ArrayList<>()).add(value));
  }

  /**
   * Runs the graph.
   *
   * @param inputs one value a placeholder, in order; missing ones may come by name
   * @throws GraphException naming the node that failed
   */
  public final Object run(List<Object> inputs, Map<String, Object> namedInputs) {
    values.clear();
    bindInputs(inputs, namedInputs);
    for (Node n : module.graph()) {
      if (n.isOutput()) {
        Object result = resolve(n.arg(0));
        values.clear();
        return result;
      }
      if (!n.isPlaceholder()) {
        values.put(n, runGuarded(n));
      }
      dropAfter.getOrDefault(n, List.of()).forEach(values::remove);
    }
    throw new GraphException("Cannot run a graph without an output node");
  }

  private void bindInputs(List<Object> inputs, Map<String, Object> namedInputs) {
    List<Node> placeholders = module.graph().placeholders();
    if (inputs.size() > placeholders.size()) {
      throw new GraphException(
          "Cannot run graph: "
              + inputs.size()
              + " inputs, expected "
              + placeholders.size()
              + " "
              + placeholders);
    }
    for (int i = 0; i < placeholders.size(); i++) {
      Node p = placeholders.get(i);
      Object value = i < inputs.size() ? inputs.get(i) : namedInputs.get(p.target());
      if (value == null && !p.args().isEmpty()) {
        value = p.arg(0); // default value
      }
      if (value == null) {
        throw new GraphException("Cannot run graph: no value for input " + p.name());
      }
      values.put(p, Arguments.normalize(value));
    }
  }

  private Object runGuarded(Node n) {
    try {
      return runNode(n, n.args().stream().map(this::resolve).toList(), resolveAll(n.kwargs()));
    } catch (GraphException e) {
      throw e;
    } catch (OctantException
        | ClassCastException
        | IndexOutOfBoundsException
        | ArithmeticException e) {
      throw new GraphException("Cannot run node " + n.described() + ": " + e.getMessage(), e);
    }
  }

  /** Runs one node other than placeholder and output on resolved arguments. */
  protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
    Operation op = node.operation();
    if (op instanceof Operation.GetAttr g) {
      return module.attribute(g.target());
    }
    if (op instanceof Operation.CallFunction f) {
      return module.operators().callFunction(f.function(), args, kwargs);
    }
    if (op instanceof Operation.CallMethod m) {
      return module.operators().callMethod(m.target(), args, kwargs);
    }
    return module.module(op.target()).evaluate(args, kwargs);
  }

  private Object resolve(Object argument) {
    return Arguments.map(argument, this::valueOf);
  }

  private Map<String, Object> resolveAll(Map<String, Object> kwargs) {
    Map<String, Object> out = new LinkedHashMap<>();
    kwargs.forEach((k, v) -> out.put(k, resolve(v)));
    return out;
  }

  private Object valueOf(Node node) {
    Object v = values.get(node);
    if (v == null) {
      throw new GraphException("Cannot read the value of node " + node.name() + ": it has not run");
    }
    return v;
  }
}
