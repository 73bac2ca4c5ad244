package io.octant.shape;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.SampleRule;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the rows of samples in values that no sample went into but that have some for each: a class
 * token expanded to the batch, an initial state of zeros. Their size tells, at two batch sizes.
 */
final class SharedValues {
  private SharedValues() {}

  /**
   * Axes of the values that depend on no sample and grow with the batch. Those where the samples
   * cannot be told are left out.
   *
   * @param axes where the samples of other values are
   * @param small shapes at batch size {@code batch}
   * @param large shapes at {@code batch + 1}
   */
  static Map<String, BatchAxis> axes(
      GraphModule model,
      Map<String, BatchAxis> axes,
      Map<String, Shape> small,
      Map<String, Shape> large,
      int batch) {
    Map<String, BatchAxis> found = new HashMap<>();
    for (Node node : model.graph()) {
      Shape s = small.get(node.name());
      Shape l = large.get(node.name());
      BatchAxis known = axes.get(node.name());
      if (s != null && l != null && known != null && !known.exists()) {
        BatchAxis axis = axis(model, node, s, l, batch, found, small);
        if (axis != null) {
          found.put(node.name(), axis);
        }
      }
    }
    return found;
  }

  private static @Nullable BatchAxis axis(
      GraphModule model,
      Node node,
      Shape small,
      Shape large,
      int batch,
      Map<String, BatchAxis> found,
      Map<String, Shape> shapes) {
    int axis = growing(small, large, batch);
    if (axis < 0) {
      return null;
    }
    int indices = small.dim(axis) / batch;
    if (indices == 1) {
      return BatchAxis.of(axis);
    }
    List<Node> sources = node.inputs().stream().filter(n -> found.containsKey(n.name())).toList();
    for (Node source : sources) {
      BatchAxis before = found.getOrDefault(source.name(), BatchAxis.NONE);
      Shape shape = shapes.getOrDefault(source.name(), Shape.of());
      if (isReshape(model, node)) {
        return reshaped(before, shape, small, batch);
      }
      if (before.blocks() * before.rowsPerSample() == indices) {
        return before.on(axis);
      }
    }
    return null;
  }

  private static @Nullable BatchAxis reshaped(BatchAxis axis, Shape from, Shape to, int batch) {
    try {
      return SampleRules.reshape(
          new Traced(Zeros.of(DType.FLOAT32, from), axis), to.toArray(), batch);
    } catch (MixedSamplesException e) {
      return null;
    }
  }

  /** The one axis whose size is a multiple of the batch, at both sizes; −1 if there is no such. */
  private static int growing(Shape small, Shape large, int batch) {
    if (small.rank() != large.rank()) {
      return -1;
    }
    int found = -1;
    for (int axis = 0; axis < small.rank(); axis++) {
      int size = small.dim(axis);
      if (size != large.dim(axis)) {
        boolean multiple =
            size > 0 && size % batch == 0 && large.dim(axis) == size / batch * (batch + 1);
        if (found >= 0 || !multiple) {
          return -1;
        }
        found = axis;
      }
    }
    return found;
  }

  private static boolean isReshape(GraphModule model, Node node) {
    TargetType type = model.typeOf(node);
    OperatorRow row = type == null ? null : Operators.standard().find(type);
    return row != null && row.samples() == SampleRule.RESHAPE;
  }
}
