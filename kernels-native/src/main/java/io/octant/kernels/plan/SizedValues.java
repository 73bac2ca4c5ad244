package io.octant.kernels.plan;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.SampleRule;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the values that follow from the number of samples alone: the number itself, what is
 * computed from it, positions in the batch. A part of a batch has others than the whole. They may
 * shape what samples are in; what they are computed with is not divided.
 */
final class SizedValues {
  private static final Set<String> BROADCASTS = Set.of("expand", "broadcast_to");

  /** Filled with a number that may follow from the batch, unlike zeros and ones. */
  private static final Set<String> FILLS = Set.of("full_like", "new_full");

  private final GraphModule model;
  private final int parts;
  private final Set<String> sampled = new HashSet<>();

  private SizedValues(GraphModule model, int parts) {
    this.model = model;
    this.parts = parts;
  }

  /**
   * Whether samples are computed with such a value.
   *
   * @param whole a spec for each placeholder
   * @param part the same for a part, which divides the whole
   */
  static boolean areUsed(
      GraphModule model, List<TensorSpec> whole, List<TensorSpec> part, BatchAxes axes) {
    int parts = TensorSpec.batch(whole) / TensorSpec.batch(part);
    return new SizedValues(model, parts).areUsed(whole, part, axes);
  }

  private boolean areUsed(List<TensorSpec> whole, List<TensorSpec> part, BatchAxes axes) {
    Map<String, Object> ofWhole = sampleless(whole);
    Map<String, Object> ofPart = sampleless(part);
    Set<Node> sized = new HashSet<>();
    Set<Node> differing = new HashSet<>();
    for (Node n : model.graph()) {
      Object w = ofWhole.get(n.name());
      Object p = ofPart.get(n.name());
      if (w == null || (w.equals(p) && !follows(n, differing))) {
        continue;
      }
      boolean trusted = !isComputed(w) || !follows(n, differing) || isMade(n, sized);
      if (p == null || !trusted || !isSame(w, p, axes.find(n))) {
        sized.add(n);
      }
      differing.add(n);
    }
    return !model
        .graph()
        .nodes(
            n ->
                (n.isOutput() || sampled.contains(n.name()))
                    && n.inputs().stream().anyMatch(in -> sized.contains(in) && !shapes(n, in)))
        .isEmpty();
  }

  /** Whether a value is computed from what parts have of their own. */
  private boolean follows(Node node, Set<Node> differing) {
    return node.inputs().stream()
        .anyMatch(in -> differing.contains(in) || sampled.contains(in.name()));
  }

  /** Whether a tensor is filled with a number, or has the elements of one that parts repeat. */
  private boolean isMade(Node node, Set<Node> sized) {
    OperatorRow row = row(node);
    if (row == null) {
      return false;
    }
    boolean moves = row.samples() == SampleRule.RESHAPE || BROADCASTS.contains(row.name());
    return (row.samples() == SampleRule.CONSTANT && !FILLS.contains(row.name()))
        || (moves && node.arg(0) instanceof Node source && !sized.contains(source));
  }

  /** The values that no sample went into, by node. */
  private Map<String, Object> sampleless(List<TensorSpec> specs) {
    Map<String, Object> found = new HashMap<>();
    model.graph().placeholders().forEach(n -> sampled.add(n.name()));
    new ShapeInterpreter(
            model.copyGraphModule(),
            (node, value) -> {
              if (isComputed(value)
                  && !isFromShape(node)
                  && node.inputs().stream().anyMatch(in -> sampled.contains(in.name()))) {
                sampled.add(node.name());
              } else {
                found.put(node.name(), value);
              }
            })
        .run(specs.stream().<Object>map(s -> Zeros.of(s.dtype(), s.shape())).toList(), Map.of());
    return found;
  }

  private static boolean isComputed(Object value) {
    return !Arguments.all(value, Tensor.class).isEmpty();
  }

  private @Nullable OperatorRow row(Node node) {
    TargetType type = model.typeOf(node);
    return type == null ? null : Operators.standard().find(type);
  }

  /** Whether a tensor follows from shapes, whatever is in its arguments. */
  private boolean isFromShape(Node node) {
    OperatorRow row = row(node);
    return row != null
        && (row.samples() == SampleRule.CONSTANT || row.name().equals("shape_as_tensor"));
  }

  /** Whether a node does no more with an argument than shape its first one by it. */
  private boolean shapes(Node node, Node by) {
    OperatorRow row = row(node);
    return row != null
        && (row.samples() == SampleRule.RESHAPE || BROADCASTS.contains(row.name()))
        && !node.args().isEmpty()
        && node.arg(0) != by;
  }

  /** Whether each part of a value is what a part has. */
  private boolean isSame(Object whole, Object part, @Nullable BatchAxis axis) {
    if (whole.equals(part)) {
      return true;
    }
    return whole instanceof Tensor w
        && part instanceof Tensor p
        && axis != null
        && axis.exists()
        && w.dtype() == p.dtype()
        && !w.dtype().isQuantized()
        && w.shape().rank() == p.shape().rank()
        && w.shape().dim(axis.axis()) == p.shape().dim(axis.axis()) * parts
        && w.shape().withDim(axis.axis(), 1).equals(p.shape().withDim(axis.axis(), 1))
        && (isUniform(w, p) || (axis.axis() == 0 && axis.blocks() == 1 && isRepeated(w, p)));
  }

  private static boolean isUniform(Tensor w, Tensor p) {
    return w.numel() == 0 || (isFilled(w, w.doubleAt(0)) && isFilled(p, w.doubleAt(0)));
  }

  private static boolean isFilled(Tensor t, double value) {
    for (int i = 0; i < t.numel(); i++) {
      if (Double.compare(t.doubleAt(i), value) != 0) {
        return false;
      }
    }
    return true;
  }

  private boolean isRepeated(Tensor w, Tensor p) {
    int rows = p.shape().dim(0);
    for (int i = 0; i < parts; i++) {
      if (!Rows.cut(w, i * rows, (i + 1) * rows).equals(p)) {
        return false;
      }
    }
    return true;
  }
}
