package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which axis of each value of a graph holds the batch, so that padded samples can be told from real
 * ones anywhere in it. Immutable.
 *
 * <p>The graph is propagated at two batch sizes: the axis whose size grows in proportion is the
 * batch. Where a reshape merges the batch with other axes, each sample must stay one run of
 * consecutive indices, that is, the batch must be the outermost of the merged axes. A value for
 * which this cannot be told is ambiguous; asking for it is an error.
 */
public final class BatchAxes {
  private static final int SMALL = 2;
  private static final int LARGE = 3;

  /** Operations that keep the row-major order of elements and change only the axes. */
  private static final Set<String> RESHAPES =
      Set.of(
          "torch.reshape",
          "reshape",
          "view",
          "torch.flatten",
          "flatten",
          "torch.squeeze",
          "squeeze",
          "torch.unsqueeze",
          "unsqueeze",
          "torch.unflatten",
          "unflatten",
          "torch.ravel",
          "ravel",
          "contiguous",
          "torch.nn.Flatten",
          "torch.nn.Unflatten");

  private final Map<String, BatchAxis> axes;
  private final Map<String, String> ambiguous;

  private BatchAxes(Map<String, BatchAxis> axes, Map<String, String> ambiguous) {
    this.axes = axes;
    this.ambiguous = ambiguous;
  }

  /**
   * Analyses a graph.
   *
   * @param inputs a spec for each placeholder, in order; axis 0 of each is the batch, its size here
   *     does not matter
   * @throws GraphException naming the node that cannot run at another batch size
   */
  public static BatchAxes of(GraphModule model, List<TensorSpec> inputs) {
    Map<String, Shape> small = shapes(model, inputs, SMALL);
    Map<String, Shape> large = shapes(model, inputs, LARGE);
    Map<String, BatchAxis> axes = new HashMap<>();
    Map<String, String> ambiguous = new HashMap<>();
    for (Node node : model.graph()) {
      Shape s = small.get(node.name());
      Shape l = large.get(node.name());
      if (s == null || l == null) {
        continue; // no tensor
      }
      try {
        for (Node in : node.inputs()) {
          if (ambiguous.containsKey(in.name())) {
            throw new OctantException(ambiguous.get(in.name()));
          }
        }
        BatchAxis axis = growing(s, l);
        requireConsecutive(model, node, s, axis, small, axes);
        axes.put(node.name(), axis);
      } catch (OctantException e) {
        ambiguous.put(node.name(), String.valueOf(e.getMessage()));
      }
    }
    return new BatchAxes(axes, ambiguous);
  }

  /**
   * The batch axis of a node's tensor.
   *
   * @throws GraphException naming the node, if it is ambiguous or the node's value is no tensor
   */
  public BatchAxis axis(Node node) {
    BatchAxis axis = axes.get(node.name());
    if (axis == null) {
      throw new GraphException(
          "Cannot tell the samples of node "
              + node.name()
              + " apart: "
              + ambiguous.getOrDefault(node.name(), "its value is no tensor"));
    }
    return axis;
  }

  private static Map<String, Shape> shapes(GraphModule model, List<TensorSpec> inputs, int batch) {
    Map<String, Shape> out = new HashMap<>();
    List<Object> values = new ArrayList<>();
    List<Node> placeholders = model.graph().placeholders();
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec spec = inputs.get(i);
      Shape shape = spec.shape().rank() == 0 ? spec.shape() : spec.shape().withDim(0, batch);
      values.add(Zeros.of(spec.dtype(), shape));
      out.put(placeholders.get(i).name(), shape);
    }
    new ShapeInterpreter(
            model.copyGraphModule(),
            (node, value) -> {
              if (value instanceof Tensor t) {
                out.put(node.name(), t.shape());
              }
            })
        .run(values, Map.of());
    return out;
  }

  private static BatchAxis growing(Shape small, Shape large) {
    if (small.rank() != large.rank()) {
      throw new OctantException("its rank depends on the batch");
    }
    BatchAxis found = BatchAxis.NONE;
    for (int axis = 0; axis < small.rank(); axis++) {
      if (small.dim(axis) != large.dim(axis)) {
        int rows = small.dim(axis) / SMALL;
        boolean proportional =
            rows > 0 && small.dim(axis) == rows * SMALL && large.dim(axis) == rows * LARGE;
        if (!proportional || found.exists()) {
          throw new OctantException(
              "shape "
                  + small
                  + " at batch "
                  + SMALL
                  + " and "
                  + large
                  + " at batch "
                  + LARGE
                  + ", expected one axis to be a multiple of the batch");
        }
        found = new BatchAxis(axis, rows);
      }
    }
    return found;
  }

  /** Checks that samples are still runs of consecutive indices after a node that changes them. */
  private static void requireConsecutive(
      GraphModule model,
      Node node,
      Shape out,
      BatchAxis axis,
      Map<String, Shape> shapes,
      Map<String, BatchAxis> axes) {
    if (!axis.exists() || node.operation() instanceof Operation.Placeholder) {
      return;
    }
    boolean reshapes = isReshape(model, node);
    for (Node in : node.inputs()) {
      BatchAxis before = axes.getOrDefault(in.name(), BatchAxis.NONE);
      Shape shape = shapes.get(in.name());
      if (!before.exists() || shape == null) {
        continue;
      }
      boolean kept =
          reshapes
              ? run(out, axis) == run(shape, before)
              : axis.rowsPerSample() == before.rowsPerSample();
      if (!kept) {
        throw new OctantException(
            "the batch is axis "
                + before.axis()
                + " of "
                + in.name()
                + shape
                + " and "
                + axis.rowsPerSample()
                + " rows a sample on axis "
                + axis.axis()
                + " of "
                + out
                + ", expected samples to stay consecutive");
      }
    }
  }

  /** Elements in one run of a sample. */
  private static long run(Shape shape, BatchAxis axis) {
    return (long) axis.rowsPerSample() * shape.strides()[axis.axis()];
  }

  private static boolean isReshape(GraphModule model, Node node) {
    io.octant.graph.TargetType type = model.typeOf(node);
    return type != null && RESHAPES.contains(type.name());
  }
}
