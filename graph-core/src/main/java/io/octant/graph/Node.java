package io.octant.graph;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One step of a graph. Identity matters, not value; made by and belonging to one {@link Graph},
 * which keeps its {@link #users()}. Not thread-safe while its graph is edited.
 */
public final class Node {
  private final Graph graph;
  private final String name;
  private Operation operation;
  private List<Object> args;
  private Map<String, Object> kwargs;
  private NodeScope scope;
  final Set<Node> users = new LinkedHashSet<>();
  @Nullable Node previous;
  @Nullable Node next;
  boolean erased;

  Node(
      Graph graph,
      String name,
      Operation operation,
      List<?> args,
      Map<String, ?> kwargs,
      NodeScope scope) {
    this.graph = graph;
    this.name = name;
    this.operation = operation;
    this.args = List.of();
    this.kwargs = Map.of();
    this.scope = scope;
    assign(args, kwargs);
  }

  /** The graph that made this node and owns it. */
  public Graph graph() {
    return graph;
  }

  /** Unique within the graph. */
  public String name() {
    return name;
  }

  /** What this node does: its opcode and target. */
  public Operation operation() {
    return operation;
  }

  /** Shorthand for the operation's target. */
  public String target() {
    return operation.target();
  }

  /** Positional arguments, values as in {@link Arguments}. */
  public List<Object> args() {
    return args;
  }

  /**
   * One positional argument.
   *
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public Object arg(int index) {
    return args.get(index);
  }

  /** Keyword arguments in their order. */
  public Map<String, Object> kwargs() {
    return kwargs;
  }

  /** The module call and the source line that this node comes from. */
  public NodeScope scope() {
    return scope;
  }

  /** Replaces where this node comes from; messages and configuration by module name follow it. */
  public void setScope(NodeScope scope) {
    this.scope = scope;
  }

  /** Nodes that use this one, in the order in which they began to. */
  public Set<Node> users() {
    return Collections.unmodifiableSet(users);
  }

  /** Distinct nodes that this one uses, in argument order. */
  public Set<Node> inputs() {
    Set<Node> in = new LinkedHashSet<>();
    in.addAll(Arguments.all(args, Node.class));
    in.addAll(Arguments.all(kwargs, Node.class));
    return in;
  }

  /**
   * What messages call this node: {@code relu (torch.relu) in module act from Relu /act/Relu}, with
   * the module and the ONNX node or Java call that it came from. A node that a pass inserted is
   * told by the nearest one before it that came from somewhere.
   */
  public String described() {
    String path = scope.modulePath();
    String where = path.isEmpty() || path.equals(target()) ? "" : " in module " + path;
    return name + " (" + target() + ")" + where + origin(" from ");
  }

  private String origin(String relation) {
    if (!scope.source().isEmpty()) {
      return relation + scope.source();
    }
    for (Node in : inputs()) {
      String before = in.origin(" after ");
      if (!before.isEmpty()) {
        return before;
      }
    }
    return "";
  }

  /** Whether this is an input of the graph. */
  public boolean isPlaceholder() {
    return operation instanceof Operation.Placeholder;
  }

  /** Whether this returns the graph's result. */
  public boolean isOutput() {
    return operation instanceof Operation.Output;
  }

  /** Whether this calls the given function. */
  public boolean calls(FunctionType function) {
    return operation instanceof Operation.CallFunction f && f.function().equals(function);
  }

  /** Whether this calls the given tensor method. */
  public boolean callsMethod(String method) {
    return operation instanceof Operation.CallMethod m && m.target().equals(method);
  }

  /** Replaces what this node does; arguments stay. */
  public void setOperation(Operation operation) {
    this.operation = operation;
  }

  /**
   * Replaces the positional arguments; users are kept.
   *
   * @throws GraphException if one is a node of another graph
   */
  public void setArgs(List<?> newArgs) {
    assign(newArgs, kwargs);
  }

  /**
   * Replaces one positional argument; users are kept.
   *
   * @throws GraphException if it is a node of another graph
   */
  public void setArg(int index, Object value) {
    List<Object> changed = new java.util.ArrayList<>(args);
    changed.set(index, value);
    assign(changed, kwargs);
  }

  /**
   * Replaces the keyword arguments; users are kept.
   *
   * @throws GraphException if one is a node of another graph
   */
  public void setKwargs(Map<String, ?> newKwargs) {
    assign(args, newKwargs);
  }

  /** Replaces one input by another value everywhere in the arguments. */
  public void replaceInput(Node from, Object to) {
    List<Object> newArgs =
        args.stream().<Object>map(a -> Arguments.map(a, n -> n == from ? to : n)).toList();
    Map<String, Object> newKwargs = new LinkedHashMap<>();
    kwargs.forEach((k, v) -> newKwargs.put(k, Arguments.map(v, n -> n == from ? to : n)));
    assign(newArgs, newKwargs);
  }

  /** Points every user of this node, other than the replacement itself, to another node. */
  public void replaceAllUsesWith(Node replacement) {
    for (Node user : List.copyOf(users)) {
      if (user != replacement) {
        user.replaceInput(this, replacement);
      }
    }
  }

  /** The node after this one, null at the end. */
  public @Nullable Node next() {
    return next;
  }

  /** The node before this one, null at the start. */
  public @Nullable Node previous() {
    return previous;
  }

  private void assign(List<?> newArgs, Map<String, ?> newKwargs) {
    for (Node in : inputs()) {
      in.users.remove(this);
    }
    args = newArgs.stream().map(Arguments::normalize).toList();
    Map<String, Object> kw = new LinkedHashMap<>();
    newKwargs.forEach((k, v) -> kw.put(k, Arguments.normalize(v)));
    kwargs = Collections.unmodifiableMap(kw);
    for (Node in : inputs()) {
      if (in.graph != graph) {
        throw new GraphException(
            "Cannot use node " + in.name + " in " + name + ": it belongs to another graph");
      }
      in.users.add(this);
    }
  }

  void dropInputs() {
    for (Node in : inputs()) {
      in.users.remove(this);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
