package io.octant.conformance;

import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Node;
import io.octant.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

/** Runs a graph and keeps the value of every node. */
final class TracedRun extends Interpreter {
  private final Map<String, Object> values = new HashMap<>();
  private final Object result;

  private final BiFunction<TracedRun, Node, Object> handedOn;

  TracedRun(GraphModule module, List<Object> inputs) {
    this(module, inputs, (run, node) -> run.value(node.name()));
  }

  /**
   * A run whose nodes hand on other values than their own.
   *
   * @param handedOn from a run and the node that it ran last to what later nodes get
   */
  TracedRun(GraphModule module, List<Object> inputs, BiFunction<TracedRun, Node, Object> handedOn) {
    super(module);
    this.handedOn = handedOn;
    List<Node> placeholders = module.graph().placeholders();
    for (int i = 0; i < inputs.size(); i++) {
      values.put(placeholders.get(i).name(), inputs.get(i));
    }
    this.result = run(inputs, Map.of());
  }

  @Override
  protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
    Object value = super.runNode(node, args, kwargs);
    values.put(node.name(), value);
    return handedOn.apply(this, node);
  }

  Object result() {
    return result;
  }

  /** The value of a node, null if it did not run. */
  Object value(String node) {
    return values.get(node);
  }

  /** The number of quantized values on the longest way to a node, itself included; at least 1. */
  int quantizedDepth(Node node) {
    return Math.max(1, depth(node, new HashMap<>()));
  }

  private int depth(Node node, Map<Node, Integer> known) {
    Integer done = known.get(node);
    if (done != null) {
      return done;
    }
    int deepest = 0;
    for (Node in : node.inputs()) {
      deepest = Math.max(deepest, depth(in, known));
    }
    int own = values.get(node.name()) instanceof Tensor t && t.isQuantized() ? 1 : 0;
    known.put(node, deepest + own);
    return deepest + own;
  }

  /**
   * The largest scale among the quantized values nearest to the output, 0 if nothing is quantized.
   */
  double outputScale() {
    return nearestScale(module.graph().outputNode(), new HashSet<>());
  }

  private double nearestScale(Node node, Set<Node> seen) {
    double largest = 0;
    for (Node in : node.inputs()) {
      if (seen.add(in)) {
        double own = scaleOf(in);
        largest = Math.max(largest, own > 0 ? own : nearestScale(in, seen));
      }
    }
    return largest;
  }

  private double scaleOf(Node node) {
    if (values.get(node.name()) instanceof Tensor t
        && t.isQuantized()
        && !t.qparams().isPerChannel()) {
      return t.qparams().scale();
    }
    if (node.target().startsWith("torch.ops.quantized_decomposed.quantize_per_tensor")) {
      return node.arg(1) instanceof Double d
          ? d
          : values.get(((Node) node.arg(1)).name()) instanceof Tensor s ? s.item() : 0;
    }
    return 0;
  }
}
