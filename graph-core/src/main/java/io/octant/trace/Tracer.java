package io.octant.trace;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.OperatorTable;
import io.octant.reference.ReferenceOperators;

/**
 * Turns a model into a graph by running its forward on values that record what happens to them,
 * after {@code torch.fx.Tracer} and {@code QuantizationTracer}.
 *
 * <p>The graph module shares the leaf modules and tensors that the graph names with the model;
 * other modules become plain containers. The model is not changed. Immutable and thread-safe.
 */
public final class Tracer {
  private final LeafRule leaves;
  private final OperatorTable operators;

  /** A tracer with the standard leaf rule. */
  public Tracer() {
    this(LeafRule.standard());
  }

  /** A tracer that records calls of the leaves and traces through other modules. */
  public Tracer(LeafRule leaves) {
    this(leaves, ReferenceOperators.standard());
  }

  /** A tracer whose graph modules run with the given operators. */
  public Tracer(LeafRule leaves, OperatorTable operators) {
    this.leaves = leaves;
    this.operators = operators;
  }

  /**
   * Traces a model.
   *
   * @param model a {@link TraceableModule}, a {@link io.octant.nn.container.Sequential} or a {@link
   *     GraphModule}, whose graph is traced anew
   * @throws TraceException if the model cannot be traced: control flow on values, a child without a
   *     traceable forward, a call of a module that is not in the tree
   */
  public GraphModule trace(Module model) {
    return traceAs(Module.typeOf(GraphModule.class), model);
  }

  /** Traces a model into a graph module of the given type, which stands for the model's class. */
  public GraphModule traceAs(ModuleType type, Module model) {
    Recorder recorder = new Recorder(model, leaves);
    return recorder.record(graph -> new GraphModule(graph, operators, type));
  }
}
