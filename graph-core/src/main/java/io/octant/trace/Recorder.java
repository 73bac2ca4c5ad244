package io.octant.trace;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.nn.container.Sequential;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Records the nodes of one trace. A call without any node among its arguments computes at once. */
final class Recorder implements Execution {
  private final Module root;
  private final LeafRule leaves;
  private final Graph graph = new Graph();
  private final Map<Module, String> paths = new IdentityHashMap<>();
  private final Map<Tensor, String> tensorPaths = new IdentityHashMap<>();
  private final Map<String, Node> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private NodeScope scope = NodeScope.ROOT;

  Recorder(Module root, LeafRule leaves) {
    this.root = root;
    this.leaves = leaves;
    root.forEachModule(
        (path, m) -> {
          if (paths.putIfAbsent(m, path) == null) {
            m.parameters().forEach((n, t) -> tensorPaths.putIfAbsent(t, join(path, n)));
            m.buffers().forEach((n, t) -> tensorPaths.putIfAbsent(t, join(path, n)));
          }
        });
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  GraphModule record(Function<Graph, GraphModule> owner) {
    List<Object> inputs = new ArrayList<>();
    for (String name : inputNames()) {
      inputs.add(made(graph.placeholder(name)));
    }
    Object result = forward(root, "", inputs, Map.of());
    made(graph.output(recordable(result)));
    GraphModule out = owner.apply(graph);
    out.train(root.isTraining());
    graph.nodes().forEach(n -> copyTarget(n, out));
    return out.lint();
  }

  private List<String> inputNames() {
    if (root instanceof TraceableModule t) {
      return t.inputNames();
    }
    if (root instanceof GraphModule g) {
      return g.graph().placeholders().stream().map(Node::target).toList();
    }
    return List.of("input");
  }

  /** Puts the module or tensor that a node names where the node expects it. */
  private void copyTarget(Node node, GraphModule out) {
    String path = node.target();
    switch (node.operation().opcode()) {
      case "call_module" -> {
        if (out.findModule(path) == null) {
          out.setModule(path, root.module(path));
        }
      }
      case "get_attr" -> copyAttribute(path, out);
      default -> {}
    }
  }

  private void copyAttribute(String path, GraphModule out) {
    int dot = path.lastIndexOf('.');
    String owner = dot < 0 ? "" : path.substring(0, dot);
    String name = path.substring(dot + 1);
    if (out.findModule(owner) == null) {
      out.setModule(owner, new io.octant.graph.Container());
    }
    Module to = out.module(owner);
    Tensor constant = constants.get(path);
    if (constant != null) {
      to.setBuffer(name, constant);
      return;
    }
    Module from = root.module(owner);
    Tensor parameter = from.parameters().get(name);
    Tensor buffer = from.buffers().get(name);
    if (parameter != null) {
      to.setParameter(name, parameter);
    } else if (buffer != null) {
      to.setBuffer(name, buffer);
    } else {
      to.setAttribute(name, from.attribute(name));
    }
  }

  // ---- operations

  @Override
  public boolean isTracing() {
    return true;
  }

  @Override
  public Object callFunction(FunctionType function, List<Object> args, Map<String, Object> kwargs) {
    if (isConcrete(args) && isConcrete(kwargs)) {
      return EagerExecution.REFERENCE.callFunction(function, args, kwargs);
    }
    List<Object> recorded = recordable(args);
    return made(graph.callFunction(function, recorded, recordable(kwargs)));
  }

  @Override
  public Object callMethod(String method, List<Object> args, Map<String, Object> kwargs) {
    if (isConcrete(args) && isConcrete(kwargs)) {
      return EagerExecution.REFERENCE.callMethod(method, args, kwargs);
    }
    List<Object> recorded = recordable(args);
    return made(graph.callMethod(method, recorded, recordable(kwargs)));
  }

  @Override
  public Object callModule(Module module, List<Object> args, Map<String, Object> kwargs) {
    String path = paths.get(module);
    if (path == null) {
      throw new TraceException(
          "Cannot call module "
              + module.type()
              + ": it is not in the tree of "
              + root.type()
              + ", expected a descendant");
    }
    return within(
        new NodeScope(path, module.type(), ""),
        () -> {
          if (leaves.isLeaf(module, path)) {
            List<Object> recorded = recordable(args);
            return made(graph.callModule(path, recorded, recordable(kwargs)));
          }
          return forward(module, path, args, kwargs);
        });
  }

  private <T> T within(NodeScope inner, Supplier<T> body) {
    NodeScope outer = scope;
    scope = inner;
    try {
      return body.get();
    } finally {
      scope = outer;
    }
  }

  private Object forward(
      Module module, String path, List<Object> args, Map<String, Object> kwargs) {
    if (module instanceof TraceableModule t) {
      return t.run(this, args, kwargs);
    }
    if (module instanceof GraphModule g) {
      return new GraphInlining(g, this).run(args, kwargs);
    }
    if (module instanceof Sequential s) {
      Object value = args.isEmpty() ? kwargs.get("input") : args.get(0);
      for (Module child : s.children().values()) {
        value = callModule(child, List.of(java.util.Objects.requireNonNull(value)), Map.of());
      }
      return java.util.Objects.requireNonNull(value);
    }
    throw new TraceException(
        "Cannot trace module "
            + (path.isEmpty() ? "" : path + " ")
            + "of type "
            + module.type()
            + ": expected a TraceableModule, a Sequential, a GraphModule or a leaf of the trace");
  }

  /**
   * Reads a parameter as one node for the whole trace; a buffer stands for itself until it is used,
   * as in PyTorch.
   */
  @Override
  public Object attribute(Module owner, String name) {
    String path = paths.get(owner);
    if (path == null || !owner.parameters().containsKey(name)) {
      return owner.attribute(name);
    }
    Node existing = parameters.get(join(path, name));
    if (existing != null) {
      return existing;
    }
    Node created = made(graph.getAttr(join(path, name)));
    parameters.put(join(path, name), created);
    return created;
  }

  // ---- arguments

  private static boolean isConcrete(Object value) {
    return Arguments.all(value, Node.class).isEmpty();
  }

  private List<Object> recordable(List<?> args) {
    return args.stream().map(this::recordable).toList();
  }

  private Map<String, Object> recordable(Map<String, Object> kwargs) {
    Map<String, Object> out = new LinkedHashMap<>();
    kwargs.forEach((k, v) -> out.put(k, recordable(v)));
    return out;
  }

  /** A value as a node argument: a tensor becomes a node that reads it. */
  private Object recordable(Object value) {
    if (value instanceof Tensor t) {
      return made(graph.getAttr(pathOf(t)));
    }
    if (value instanceof List<?> list) {
      return recordable(list);
    }
    if (value instanceof Tuple t) {
      return new Tuple(recordable(t.items()));
    }
    if (value instanceof Slice s) {
      return new Slice(recordable(s.start()), recordable(s.stop()), recordable(s.step()));
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> out = new LinkedHashMap<>();
      map.forEach((k, v) -> out.put(k, recordable(v)));
      return Collections.unmodifiableMap(out);
    }
    return value;
  }

  private String pathOf(Tensor t) {
    String path = tensorPaths.get(t);
    if (path == null) {
      int number = 0;
      while (root.findAttribute("_tensor_constant" + number) != null
          || constants.containsKey("_tensor_constant" + number)) {
        number++;
      }
      path = "_tensor_constant" + number;
      tensorPaths.put(t, path);
      constants.put(path, t);
    }
    return path;
  }

  private Node made(Node node) {
    node.setScope(scope.withSource(CallSite.current()));
    return node;
  }
}
