package io.octant.engine.reference;

import io.octant.engine.MemoryBudget;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Follows which values of a graph are alive while it runs, and refuses the node at which they do
 * not fit. Kernels work on doubles, so that a node holds its arguments and its result once more.
 */
final class LiveValues {
  private final MemoryBudget budget;
  private final GraphModule model;
  private final Map<Node, Value> values = new HashMap<>();
  private final Map<Node, Integer> readsLeft = new HashMap<>();
  private long live;
  private long peak;

  private record Value(long bytes, long elements) {
    static final Value NONE = new Value(0, 0);
  }

  LiveValues(GraphModule model, MemoryBudget budget) {
    this.model = model;
    this.budget = budget;
    model.graph().forEach(n -> readsLeft.put(n, n.users().size()));
  }

  /**
   * A node is about to have a value; nodes are told by name, in execution order.
   *
   * @throws io.octant.OctantException if there is no memory for it
   */
  void has(String name, Object value) {
    Node node = model.graph().node(name);
    Value made = value(value);
    if (handsOn(node)) {
      Node observed = (Node) node.arg(0);
      Value given = values.getOrDefault(observed, Value.NONE);
      live -= given.bytes;
      values.put(observed, new Value(0, given.elements));
    }
    values.put(node, made);
    live += made.bytes;
    peak = Math.max(peak, live);
    long elements = made.elements;
    for (Node in : node.inputs()) {
      elements += values.getOrDefault(in, Value.NONE).elements;
    }
    budget.require(node, live + elements * Double.BYTES);
    for (Node in : node.inputs()) {
      // Whoever runs the graph holds its inputs.
      if (readsLeft.merge(in, -1, Integer::sum) == 0 && !in.isPlaceholder()) {
        live -= values.getOrDefault(in, Value.NONE).bytes;
      }
    }
  }

  /** Whether the value is the very tensor that the node gets: observers only look at it. */
  private boolean handsOn(Node node) {
    return node.operation() instanceof Operation.CallModule
        && model.moduleOf(node) instanceof ActivationPostProcess observer
        && !(observer instanceof FakeQuantizeModule);
  }

  private static Value value(Object value) {
    long bytes = 0;
    long elements = 0;
    for (Tensor t : Arguments.all(value, Tensor.class)) {
      bytes += (long) t.numel() * t.dtype().bytes();
      elements += t.numel();
    }
    return new Value(bytes, elements);
  }

  /** The most bytes of values that were alive at once. */
  long peak() {
    return peak;
  }
}
