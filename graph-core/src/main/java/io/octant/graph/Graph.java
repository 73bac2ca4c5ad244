package io.octant.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An editable list of {@link Node}s in execution order, after {@code torch.fx.Graph}. New nodes go
 * in at the insertion point, by default the end. Iteration follows execution order and allows
 * erasing the node just returned. Not thread-safe.
 */
public final class Graph implements Iterable<Node> {
  /** Restores the previous insertion point when closed. */
  public interface InsertionPoint extends AutoCloseable {
    @Override
    void close();
  }

  private static final Set<FunctionType> EFFECTS =
      Set.of(FunctionType.of("torch._assert"), FunctionType.of("operator.setitem"));

  private final Namespace names = new Namespace();
  private final Map<String, Node> byName = new HashMap<>();
  private @Nullable Node first;
  private @Nullable Node last;
  private int size;

  /** New nodes are linked before this one; null is the end. */
  private @Nullable Node insertBefore;

  // ---- building

  /** Adds an input of the given name. */
  public Node placeholder(String target) {
    return create(new Operation.Placeholder(target), List.of(), Map.of(), target);
  }

  /** Adds a node that reads a parameter, buffer or attribute by its dotted path in the owner. */
  public Node getAttr(String target) {
    return create(new Operation.GetAttr(target), List.of(), Map.of(), target);
  }

  /** Adds a call of a function with positional arguments, values as in {@link Arguments}. */
  public Node callFunction(FunctionType function, Object... args) {
    return callFunction(function, List.of(args), Map.of());
  }

  /** Adds a call of a function, values as in {@link Arguments}. */
  public Node callFunction(FunctionType function, List<?> args, Map<String, ?> kwargs) {
    return create(new Operation.CallFunction(function), args, kwargs, function.shortName());
  }

  /** Adds a call of a tensor method; the first argument is the tensor itself. */
  public Node callMethod(String method, Object... args) {
    return callMethod(method, List.of(args), Map.of());
  }

  /** Adds a call of a tensor method; the first argument is the tensor itself. */
  public Node callMethod(String method, List<?> args, Map<String, ?> kwargs) {
    return create(new Operation.CallMethod(method), args, kwargs, method);
  }

  /** Adds a call of a module by its dotted path in the owner, with positional arguments. */
  public Node callModule(String target, Object... args) {
    return callModule(target, List.of(args), Map.of());
  }

  /** Adds a call of a module by its dotted path in the owner. */
  public Node callModule(String target, List<?> args, Map<String, ?> kwargs) {
    return create(new Operation.CallModule(target), args, kwargs, target);
  }

  /**
   * Adds the node that returns the graph's result: a node, or a structure of nodes as in {@link
   * Arguments}. It has to be the last.
   */
  public Node output(Object value) {
    return create(new Operation.Output(), List.of(value), Map.of(), "output");
  }

  private Node create(Operation operation, List<?> args, Map<String, ?> kwargs, String target) {
    return create(operation, args, kwargs, Namespace.baseName(target), NodeScope.ROOT);
  }

  /**
   * Adds a node at the insertion point.
   *
   * @param wantedName made unique if taken, by the naming rule of torch.fx
   */
  public Node create(
      Operation operation,
      List<?> args,
      Map<String, ?> kwargs,
      String wantedName,
      NodeScope scope) {
    Node node = new Node(this, names.create(wantedName), operation, args, kwargs, scope);
    link(node);
    return node;
  }

  /**
   * Copies a node of any graph to the insertion point, its inputs replaced; the name is kept if it
   * is free.
   */
  public Node copyNode(Node node, java.util.function.Function<Node, ?> input) {
    List<Object> args = node.args().stream().map(a -> Arguments.map(a, input)).toList();
    Map<String, Object> kwargs = new java.util.LinkedHashMap<>();
    node.kwargs().forEach((k, v) -> kwargs.put(k, Arguments.map(v, input)));
    return create(node.operation(), args, kwargs, node.name(), node.scope());
  }

  private void link(Node node) {
    Node after = insertBefore;
    Node before = after == null ? last : after.previous;
    node.previous = before;
    node.next = after;
    if (before == null) {
      first = node;
    } else {
      before.next = node;
    }
    if (after == null) {
      last = node;
    } else {
      after.previous = node;
    }
    byName.put(node.name(), node);
    size++;
  }

  /** Moves the insertion point to before a node until the result is closed. */
  public InsertionPoint insertingBefore(Node node) {
    return insertAt(owned(node));
  }

  /**
   * Moves the insertion point to after a node until the result is closed; several new nodes keep
   * their order.
   */
  public InsertionPoint insertingAfter(Node node) {
    return insertAt(owned(node).next);
  }

  private InsertionPoint insertAt(@Nullable Node before) {
    Node saved = insertBefore;
    insertBefore = before;
    return () -> insertBefore = saved;
  }

  /**
   * Moves a node to right after another; its name, arguments and users stay. {@link #lint} tells if
   * it now stands before something that it uses.
   */
  public void moveAfter(Node node, Node anchor) {
    if (owned(node) == owned(anchor)) {
      return;
    }
    unlink(node);
    try (InsertionPoint at = insertingAfter(anchor)) {
      link(node);
    }
  }

  /**
   * Removes a node.
   *
   * @throws GraphException if something still uses it
   */
  public void erase(Node node) {
    owned(node);
    if (!node.users().isEmpty()) {
      throw new GraphException(
          "Cannot erase node " + node.name() + ": used by " + node.users() + ", expected no users");
    }
    node.dropInputs();
    unlink(node);
    node.erased = true;
  }

  private void unlink(Node node) {
    Node before = node.previous;
    Node after = node.next;
    if (before == null) {
      first = after;
    } else {
      before.next = after;
    }
    if (after == null) {
      last = before;
    } else {
      after.previous = before;
    }
    if (insertBefore == node) {
      insertBefore = after;
    }
    byName.remove(node.name());
    size--;
  }

  /**
   * Erases nodes without users, last first; returns whether any went. Placeholders, the output, and
   * the functions that do more than compute a value stay: {@code torch._assert} and {@code
   * operator.setitem}, after {@code torch.fx.Graph.eliminate_dead_code}.
   */
  public boolean eliminateDeadCode() {
    boolean changed = false;
    for (Node n = last; n != null; ) {
      Node before = n.previous;
      if (n.users().isEmpty() && !hasEffects(n)) {
        erase(n);
        changed = true;
      }
      n = before;
    }
    return changed;
  }

  private static boolean hasEffects(Node n) {
    return n.isPlaceholder()
        || n.isOutput()
        || n.operation() instanceof Operation.CallFunction f && EFFECTS.contains(f.function());
  }

  // ---- reading

  /** How many nodes there are, inputs and output included. */
  public int size() {
    return size;
  }

  /** Whether there are no nodes. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** A snapshot of the nodes in execution order, safe to keep while editing. */
  public List<Node> nodes() {
    List<Node> out = new ArrayList<>(size);
    for (Node n = first; n != null; n = n.next) {
      out.add(n);
    }
    return out;
  }

  /** A snapshot of some nodes in execution order, safe to keep while editing. */
  public List<Node> nodes(Predicate<Node> wanted) {
    return nodes().stream().filter(wanted).toList();
  }

  /** The first node; null in an empty graph. */
  public @Nullable Node firstNode() {
    return first;
  }

  /** The last node; null in an empty graph. */
  public @Nullable Node lastNode() {
    return last;
  }

  /** The inputs, in the order in which a call passes them. */
  public List<Node> placeholders() {
    return nodes(Node::isPlaceholder);
  }

  /** The output node. */
  public Node outputNode() {
    if (last != null && last.isOutput()) {
      return last;
    }
    return nodes().stream()
        .filter(Node::isOutput)
        .findFirst()
        .orElseThrow(
            () ->
                new GraphException(
                    "Cannot find the output of a graph of "
                        + size
                        + " nodes, expected an output node"));
  }

  /** A node by name; null if there is none. */
  public @Nullable Node find(String name) {
    return byName.get(name);
  }

  /**
   * A node by name.
   *
   * @throws GraphException if there is none
   */
  public Node node(String name) {
    Node found = byName.get(name);
    if (found == null) {
      throw new GraphException(
          "Cannot find node: " + name + ", expected one of the graph's " + size + " nodes");
    }
    return found;
  }

  @Override
  public Iterator<Node> iterator() {
    return new Iterator<>() {
      private @Nullable Node upcoming = first;

      @Override
      public boolean hasNext() {
        while (upcoming != null && upcoming.erased) {
          upcoming = upcoming.next;
        }
        return upcoming != null;
      }

      @Override
      public Node next() {
        if (!hasNext() || upcoming == null) {
          throw new NoSuchElementException();
        }
        Node n = upcoming;
        upcoming = n.next;
        return n;
      }
    };
  }

  /** A copy with the same names and scopes; {@code mapping} receives old node to new node. */
  public Graph copy(Map<Node, Node> mapping) {
    Graph out = new Graph();
    for (Node n : this) {
      mapping.put(n, out.copyNode(n, mapping::get));
    }
    return out;
  }

  /** A copy with the same names and scopes. */
  public Graph copy() {
    return copy(new IdentityHashMap<>());
  }

  /**
   * Checks the invariants of the package.
   *
   * @param resolves whether a module path or attribute path exists in the owner
   * @throws GraphException naming the first node that breaks one
   */
  public void lint(Predicate<Operation> resolves) {
    Set<Node> seen = new HashSet<>();
    Set<String> seenNames = new HashSet<>();
    Set<String> seenInputs = new HashSet<>();
    for (Node n : this) {
      if (!seenNames.add(n.name())) {
        throw new GraphException("Cannot accept node " + n.name() + ": expected a unique name");
      }
      if (n.isPlaceholder() && !seenInputs.add(n.target())) {
        throw new GraphException(
            "Cannot accept node "
                + n.name()
                + ": another input is called "
                + n.target()
                + ", expected inputs of different names");
      }
      for (Node in : n.inputs()) {
        if (!seen.contains(in)) {
          throw new GraphException(
              "Cannot accept node "
                  + n.name()
                  + ": it uses "
                  + in.name()
                  + ", expected that to stand before it");
        }
        if (!in.users().contains(n)) {
          throw new GraphException(
              "Cannot accept node " + n.name() + ": " + in.name() + " does not list it as a user");
        }
      }
      if ((n.operation() instanceof Operation.CallModule
              || n.operation() instanceof Operation.GetAttr)
          && !resolves.test(n.operation())) {
        throw new GraphException(
            "Cannot accept node "
                + n.name()
                + ": "
                + n.operation().opcode()
                + " target "
                + n.target()
                + " does not exist");
      }
      if (n.isOutput() && n.next != null) {
        throw new GraphException(
            "Cannot accept node " + n.name() + ": expected the output to be last");
      }
      seen.add(n);
    }
    for (Node n : this) {
      for (Node user : n.users()) {
        if (!seen.contains(user)) {
          throw new GraphException(
              "Cannot accept node "
                  + n.name()
                  + ": its user "
                  + user.name()
                  + " is not in the graph");
        }
        if (!user.inputs().contains(n)) {
          throw new GraphException(
              "Cannot accept node "
                  + n.name()
                  + ": it lists "
                  + user.name()
                  + " as a user, expected that to use it");
        }
      }
    }
  }

  private Node owned(Node node) {
    if (node.graph() != this || node.erased) {
      throw new GraphException("Cannot use node " + node.name() + ": it is not in this graph");
    }
    return node;
  }

  /** One line a node, in the style of {@code torch.fx.Graph.print_tabular}. */
  @Override
  public String toString() {
    return GraphPrinter.print(this);
  }
}
