package io.octant.trace;

import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Node;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the type and shape of every tensor in a graph by running it on example inputs, after {@code
 * torch.fx.passes.shape_prop.ShapeProp}. Nodes whose value is no tensor have no entry.
 */
public final class ShapePropagation extends Interpreter {
  private final Map<Node, TensorSpec> specs = new LinkedHashMap<>();

  private ShapePropagation(GraphModule module) {
    super(module);
  }

  /**
   * Runs a graph.
   *
   * @param inputs one value a placeholder
   * @return type and shape by node, in execution order; the name of a spec is the node's
   * @throws io.octant.graph.GraphException naming the node whose inputs do not fit
   */
  public static Map<Node, TensorSpec> of(GraphModule module, Object... inputs) {
    ShapePropagation run = new ShapePropagation(module);
    List<Node> placeholders = module.graph().placeholders();
    for (int i = 0; i < Math.min(inputs.length, placeholders.size()); i++) {
      run.note(placeholders.get(i), inputs[i]);
    }
    run.run(List.of(inputs), Map.of());
    return Collections.unmodifiableMap(run.specs);
  }

  @Override
  protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
    Object value = super.runNode(node, args, kwargs);
    note(node, value);
    return value;
  }

  private void note(Node node, Object value) {
    if (value instanceof Tensor t) {
      specs.put(node, new TensorSpec(node.name(), t.dtype(), t.shape()));
    }
  }
}
