package io.octant.nn.control;

import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One of two graphs, by a condition: the first argument, one truth value. All others are inputs of
 * both graphs, which give a tuple each.
 */
@TorchType("octant.nn.Conditional")
public final class Conditional extends Module {
  private final boolean late;

  /** Branches whose results may have different shapes, or shapes that depend on data. */
  public static Conditional late(GraphModule then, GraphModule otherwise) {
    return new Conditional(then, otherwise, true);
  }

  /** Branches whose results have the same shapes. */
  public static Conditional of(GraphModule then, GraphModule otherwise) {
    return new Conditional(then, otherwise, false);
  }

  private Conditional(GraphModule then, GraphModule otherwise, boolean late) {
    this.late = late;
    setChild("then", then);
    setChild("otherwise", otherwise);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Map.of("late", late);
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    if (args.isEmpty() || !(args.get(0) instanceof Tensor condition) || condition.numel() != 1) {
      throw new OctantException(
          "Cannot choose a branch by "
              + args.stream().limit(1).toList()
              + ", expected one truth value");
    }
    Module branch = module(condition.item() != 0 ? "then" : "otherwise");
    return branch.evaluate(args.subList(1, args.size()), Map.of());
  }
}
