package io.octant.graph;

import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A graph with the module tree and attributes that its targets name, after {@code
 * torch.fx.GraphModule}.
 *
 * <p>Passes take one and return another; {@link #copy} is deep for the graph and the tree, and
 * shares tensors. {@link #evaluate} runs the graph with the operators given at construction.
 */
@TorchType("torch.fx.graph_module.GraphModule")
public final class GraphModule extends Module {
  private Graph graph;
  private final OperatorTable operators;
  private final ModuleType type;

  /**
   * A module that runs a graph, of the type {@code torch.fx.graph_module.GraphModule}.
   *
   * @param operators what computes the graph's functions and methods
   */
  public GraphModule(Graph graph, OperatorTable operators) {
    this(graph, operators, typeOf(GraphModule.class));
  }

  /** A graph that stands for a module class of its own: a submodule that is called as one unit. */
  public GraphModule(Graph graph, OperatorTable operators, ModuleType type) {
    this.graph = graph;
    this.operators = operators;
    this.type = type;
  }

  @Override
  public ModuleType type() {
    return type;
  }

  /** The graph, not a copy: editing it edits this module. */
  public Graph graph() {
    return graph;
  }

  /** Replaces the graph; targets must resolve within this module. */
  public void setGraph(Graph graph) {
    this.graph = graph;
  }

  /** What computes the graph's functions and methods. */
  public OperatorTable operators() {
    return operators;
  }

  /** The module that a {@code call_module} node calls. */
  public Module moduleOf(Node node) {
    return module(node.target());
  }

  /** The kind of a node: its function, method or module type; null for the other opcodes. */
  public @org.jspecify.annotations.Nullable TargetType typeOf(Node node) {
    Operation op = node.operation();
    if (op instanceof Operation.CallFunction f) {
      return f.function();
    }
    if (op instanceof Operation.CallMethod m) {
      return new MethodType(m.target());
    }
    if (op instanceof Operation.CallModule m) {
      Module module = findModule(m.target());
      return module == null ? null : module.type();
    }
    return null;
  }

  /** Runs the graph on positional inputs. */
  public Object run(Object... inputs) {
    return evaluate(List.of(inputs), Map.of());
  }

  /** Runs the graph on one tensor and returns its one tensor. */
  public Tensor runTensor(Tensor input) {
    return (Tensor) run(input);
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    return new Interpreter(this).run(args, kwargs);
  }

  /** A deep copy, see {@link Module#copy()}. */
  public GraphModule copyGraphModule() {
    return (GraphModule) copy();
  }

  @Override
  protected void copiedFrom(Module original) {
    graph = graph.copy();
  }

  /** Checks the graph and that every target resolves here; returns this module. */
  public GraphModule lint() {
    graph.lint(
        op ->
            op instanceof Operation.CallModule
                ? findModule(op.target()) != null
                : findAttribute(op.target()) != null);
    return this;
  }

  @Override
  public String toString() {
    return graph.toString();
  }
}
