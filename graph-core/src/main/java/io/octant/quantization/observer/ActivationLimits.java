package io.octant.quantization.observer;

import io.octant.calibration.ValueRange;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells observers of the clamps behind them. Where relu6 or the like is not fused with what
 * computes its input, FX has both its sides share one observer, and the values before the clamp,
 * which are of no use to anyone, would stretch the range. Quantization to the clamp's bounds
 * saturates exactly where the clamp would, so the range need not go beyond.
 *
 * <p>{@link MergeableObserver}s are told; PyTorch's among them keep PyTorch's behaviour.
 */
public final class ActivationLimits {
  /** Beside what only moves values. */
  private static final Set<String> KEEP_BOUNDS =
      Set.of("mean", "dropout", "maxpool", "avgpool", "adaptiveavgpool", "adaptivemaxpool");

  private final GraphModule model;

  private ActivationLimits(GraphModule model) {
    this.model = model;
  }

  /** Sets the limits of a prepared graph's observers, where all that is observed stays within. */
  public static void apply(GraphModule prepared) {
    new ActivationLimits(prepared).run();
  }

  /** Bounds to which a node clamps its input; empty if it does not. */
  static Optional<ValueRange> findClamp(GraphModule model, Node node) {
    return Optional.ofNullable(new ActivationLimits(model).clampBounds(node));
  }

  private void run() {
    Map<MergeableObserver<?>, List<Node>> places = new IdentityHashMap<>();
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule
          && model.moduleOf(node) instanceof MergeableObserver<?> observer) {
        places.computeIfAbsent(observer, o -> new ArrayList<>()).add(node);
      }
    }
    places.forEach(
        (observer, nodes) -> {
          ValueRange bounds = boundsOf(nodes);
          if (bounds != null) {
            observer.limitTo(bounds);
          }
        });
  }

  /** Bounds of a clamp that all values of an observer go through, or come from; null if none. */
  private @Nullable ValueRange boundsOf(List<Node> places) {
    Node first = places.get(0);
    if (first.users().size() != 1) {
      return null;
    }
    Node clamp = first.users().iterator().next();
    ValueRange bounds = clampBounds(clamp);
    if (bounds == null || clamp.args().isEmpty() || clamp.arg(0) != first) {
      return null;
    }
    List<Node> within = new ArrayList<>(List.of(first));
    for (Node place : places.subList(1, places.size())) {
      Node source = place.inputs().iterator().next();
      if (source != clamp && !(keepsBounds(source) && within.containsAll(source.inputs()))) {
        return null;
      }
      within.add(place);
    }
    return bounds;
  }

  private @Nullable ValueRange clampBounds(Node node) {
    Map<String, Object> hyper =
        node.operation() instanceof Operation.CallModule
            ? model.moduleOf(node).hyperparameters()
            : Map.of();
    return switch (OperatorName.of(model, node)) {
      case "relu" -> new ValueRange(0, Float.MAX_VALUE);
      case "relu6" -> new ValueRange(0, 6);
      case "hardtanh" ->
          hyper.isEmpty()
              ? range(argument(node, 1, "min_val", -1.0), argument(node, 2, "max_val", 1.0))
              : range(hyper.get("min_val"), hyper.get("max_val"));
      case "clamp" ->
          range(
              argument(node, 1, "min", (double) -Float.MAX_VALUE),
              argument(node, 2, "max", (double) Float.MAX_VALUE));
      default -> null;
    };
  }

  private static Object argument(Node node, int index, String keyword, Object otherwise) {
    return node.args().size() > index
        ? node.arg(index)
        : node.kwargs().getOrDefault(keyword, otherwise);
  }

  private static @Nullable ValueRange range(@Nullable Object low, @Nullable Object high) {
    return low instanceof Number l && high instanceof Number h && l.floatValue() <= h.floatValue()
        ? new ValueRange(l.floatValue(), h.floatValue())
        : null;
  }

  /** Whether all results lie between values of the one input. */
  private boolean keepsBounds(Node node) {
    String operator = OperatorName.of(model, node).replaceAll("_|[123]d$", "");
    return node.inputs().size() == 1
        && (KEEP_BOUNDS.contains(operator) || RepeatedValues.MOVES.contains(operator));
  }
}
