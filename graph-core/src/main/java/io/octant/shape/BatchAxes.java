package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.RepeatedValues;
import io.octant.tensor.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which axis of each value of a graph holds the batch, so that padded samples can be told from real
 * ones anywhere in it. Immutable.
 *
 * <p>The samples are followed from the inputs through every node. A value that mixes them (a mean
 * over the batch), or brings them out of order, is ambiguous; asking for it is an error. A value
 * that is the same for all samples but has rows for each (an expanded class token) counts as
 * theirs. In a batch of one sample there is nothing to tell apart.
 */
public final class BatchAxes {
  private static final int SMALL = 2;
  private static final int LARGE = 3;

  private final Map<String, BatchAxis> axes;
  private final Map<String, String> ambiguous;
  private final boolean single;

  private BatchAxes(Map<String, BatchAxis> axes, Map<String, String> ambiguous, boolean single) {
    this.axes = Map.copyOf(axes);
    this.ambiguous = Map.copyOf(ambiguous);
    this.single = single;
  }

  /**
   * Analyses a graph.
   *
   * @param inputs a spec for each placeholder, in order
   * @throws GraphException naming the node that cannot run
   */
  public static BatchAxes of(GraphModule model, List<TensorSpec> inputs) {
    int batch = TensorSpec.batch(inputs);
    if (batch <= 1) {
      return new BatchAxes(Map.of(), Map.of(), true);
    }
    if (batch > LARGE) {
      try {
        // What is true of two sizes by chance is not taken for true of all.
        BatchTracer.Result small = BatchTracer.run(model, inputs, SMALL);
        BatchTracer.Result large = BatchTracer.run(model, inputs, LARGE);
        return found(model, small.agreeing(large), large, SMALL);
      } catch (OctantException e) {
        // It has its batch built in: traced at that size.
      }
    }
    BatchTracer.Result only = BatchTracer.run(model, inputs, batch);
    try {
      return batch > LARGE
          ? new BatchAxes(only.axes(), only.ambiguous(), false)
          : found(model, only, BatchTracer.run(model, inputs, batch + 1), batch);
    } catch (OctantException e) {
      return new BatchAxes(only.axes(), only.ambiguous(), false);
    }
  }

  private static BatchAxes found(
      GraphModule model, BatchTracer.Result result, BatchTracer.Result larger, int batch) {
    Map<String, BatchAxis> axes = new HashMap<>(result.axes());
    axes.putAll(SharedValues.axes(model, axes, result.shapes(), larger.shapes(), batch));
    return new BatchAxes(axes, result.ambiguous(), false);
  }

  /**
   * The batch axis of a node's tensor; {@link BatchAxis#NONE} in a batch of one sample.
   *
   * @throws GraphException naming the node, if it is ambiguous or the node's value is no tensor
   */
  public BatchAxis axis(Node node) {
    BatchAxis axis = find(node);
    if (axis == null) {
      throw new GraphException(
          "Cannot tell the samples of node "
              + node.name()
              + " apart: "
              + ambiguous.getOrDefault(node.name(), "its value is no tensor")
              + ", expected operators that treat each sample alone, or a batch of 1");
    }
    return axis;
  }

  /** The batch axis of a node's tensor; null if it is ambiguous or the value is no tensor. */
  public @Nullable BatchAxis find(Node node) {
    return single ? BatchAxis.NONE : axes.get(node.name());
  }

  /**
   * Whether an observer has nothing more to see at a place: the values are counted elsewhere, see
   * {@link RepeatedValues}; or they mix samples and it observes what they were made from as well,
   * whose range a mean or a maximum does not leave.
   */
  public boolean isCovered(GraphModule model, Node observer) {
    if (RepeatedValues.at(model, observer)) {
      return true;
    }
    if (!(observer.arg(0) instanceof Node observed) || !isAmbiguous(observed)) {
      return false;
    }
    Module module = model.moduleOf(observer);
    return observed.inputs().stream()
        .anyMatch(
            in ->
                in.operation() instanceof Operation.CallModule
                    && model.moduleOf(in) == module
                    && !isAmbiguous(in));
  }

  /** Whether a node's value mixes samples. */
  public boolean isAmbiguous(Node node) {
    return ambiguous.containsKey(node.name());
  }
}
