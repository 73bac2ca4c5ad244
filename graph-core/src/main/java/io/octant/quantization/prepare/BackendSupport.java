package io.octant.quantization.prepare;

import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.quantization.backend.DTypeConfig;
import io.octant.quantization.backend.DTypeWithConstraints;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.QConfig;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a qconfig against what a backend accepts: types of inputs, weight, bias and output, and
 * the constraints on ranges, smallest scales and fixed parameters. PyTorch ignores a qconfig that
 * does not fit, in silence; here the reason is kept.
 */
public final class BackendSupport {
  private final Prototypes prototypes;

  /** A check that asks observers through prototypes, which are never shown a tensor. */
  public BackendSupport(Prototypes prototypes) {
    this.prototypes = prototypes;
  }

  /**
   * Why a match cannot be quantized as planned; empty if it can.
   *
   * @param plans the plans of its nodes
   */
  Optional<String> reasonAgainst(NodeMatch match, QConfig qconfig, Map<Node, ObserverPlan> plans) {
    if (match.config().isEmpty()) {
      return Optional.empty();
    }
    List<DTypeConfig> accepted = match.config().get().dtypeConfigs();
    if (accepted.isEmpty()) {
      return Optional.of("the backend accepts no dtypes for this pattern");
    }
    Set<String> reasons = new LinkedHashSet<>();
    for (DTypeConfig config : accepted) {
      String reason = against(match, qconfig, plans, config);
      if (reason == null) {
        return Optional.empty();
      }
      reasons.add(reason);
    }
    return Optional.of("not supported by the backend: " + String.join("; ", reasons));
  }

  private @Nullable String against(
      NodeMatch match, QConfig qconfig, Map<Node, ObserverPlan> plans, DTypeConfig config) {
    ObserverPlan plan = planOf(match.root(), plans);
    for (Object argument : arguments(match.root())) {
      String reason = againstArgument(match.root(), argument, plan, qconfig, config);
      if (reason != null) {
        return reason;
      }
    }
    ObserverPlan last = planOf(match.last(), plans);
    DType output =
        prototypes.isDynamic(last.output()) ? DType.FLOAT32 : prototypes.dtype(last.output());
    if (config.output().isEmpty()) {
      return null;
    }
    DTypeWithConstraints wanted = config.output().get();
    return wanted.dtype() == output
        ? againstConstraints("output", qconfig.activation(), wanted)
        : mismatch("output", output, wanted.dtype());
  }

  private static ObserverPlan planOf(Node node, Map<Node, ObserverPlan> plans) {
    return plans.getOrDefault(node, ObserverPlan.ofFloat());
  }

  private @Nullable String againstArgument(
      Node node, Object argument, ObserverPlan plan, QConfig qconfig, DTypeConfig config) {
    if (ArgumentRoles.isWeight(node, argument, plan)) {
      if (config.weight().isEmpty()) {
        return null;
      }
      DTypeWithConstraints wanted = config.weight().get();
      return wanted.dtype() == prototypes.dtype(plan.weight())
          ? againstConstraints("weight", qconfig.weight(), wanted)
          : mismatch("weight", prototypes.dtype(plan.weight()), wanted.dtype());
    }
    if (ArgumentRoles.isBias(node, argument, plan)) {
      DType bias = prototypes.dtype(plan.bias());
      return config.bias().isEmpty() || config.bias().get() == bias
          ? null
          : mismatch("bias", bias, config.bias().get());
    }
    if (config.input().isEmpty()) {
      return null;
    }
    DTypeWithConstraints wanted = config.input().get();
    if (wanted.dtype() != prototypes.dtype(plan.input())) {
      return mismatch("input", prototypes.dtype(plan.input()), wanted.dtype());
    }
    if (config.isDynamic() != prototypes.isDynamic(plan.input())) {
      return config.isDynamic() ? "only dynamic quantization" : "no dynamic quantization";
    }
    return againstConstraints("input", qconfig.activation(), wanted);
  }

  private static String mismatch(String what, @Nullable DType asked, DType accepted) {
    return what + " dtype " + asked + ", accepted " + accepted;
  }

  /** Nodes among the arguments, those in lists included. */
  private static List<Object> arguments(Node node) {
    List<Object> out = new ArrayList<>();
    node.args().forEach(a -> flatten(a, out));
    node.kwargs().values().forEach(a -> flatten(a, out));
    return out;
  }

  private static void flatten(Object argument, List<Object> into) {
    if (argument instanceof Node) {
      into.add(argument);
    } else if (argument instanceof List<?> list) {
      list.forEach(a -> flatten(a, into));
    } else if (argument instanceof Tuple tuple) {
      tuple.items().forEach(a -> flatten(a, into));
    }
  }

  /**
   * Whether a qconfig can be used for a module of the given combinations, weight included; asked
   * again at conversion.
   */
  public Optional<String> reasonAgainst(QConfig qconfig, List<DTypeConfig> accepted) {
    Set<String> reasons = new LinkedHashSet<>();
    for (DTypeConfig config : accepted) {
      String reason = against(qconfig, config);
      if (reason == null) {
        return Optional.empty();
      }
      reasons.add(reason);
    }
    return Optional.of(
        reasons.isEmpty()
            ? "the backend does not know this module"
            : "not supported by the backend: " + String.join("; ", reasons));
  }

  private @Nullable String against(QConfig qconfig, DTypeConfig config) {
    DType activation = prototypes.dtype(qconfig.activation());
    DType weight = prototypes.dtype(qconfig.weight());
    boolean dynamic = prototypes.isDynamic(qconfig.activation());
    DType bias =
        activation == DType.FLOAT16 && weight == DType.FLOAT16 && !dynamic
            ? DType.FLOAT16
            : DType.FLOAT32;
    DType output = dynamic ? DType.FLOAT32 : activation;
    if (config.isDynamic() != dynamic) {
      return config.isDynamic() ? "only dynamic quantization" : "no dynamic quantization";
    }
    String reason = mismatchOf("input", activation, config.input());
    reason = reason != null ? reason : mismatchOf("output", output, config.output());
    reason = reason != null ? reason : mismatchOf("weight", weight, config.weight());
    if (reason != null) {
      return reason;
    }
    return config.bias().isEmpty() || config.bias().get() == bias
        ? null
        : mismatch("bias", bias, config.bias().get());
  }

  private static @Nullable String mismatchOf(
      String what, @Nullable DType asked, Optional<DTypeWithConstraints> accepted) {
    return accepted.isEmpty() || accepted.get().dtype() == asked
        ? null
        : mismatch(what, asked, accepted.get().dtype());
  }

  /** Constraints are for observers of the constrained type only. */
  private @Nullable String againstConstraints(
      String what, ObserverSpec spec, DTypeWithConstraints wanted) {
    ActivationPostProcess observer = prototypes.of(spec);
    if (observer.dtype() != wanted.dtype()) {
      return null;
    }
    if (wanted.quantMinLowerBound().isPresent() && wanted.quantMaxUpperBound().isPresent()) {
      long low = wanted.quantMinLowerBound().getAsLong();
      long high = wanted.quantMaxUpperBound().getAsLong();
      QRange range = observer.range().orElse(null);
      if (range == null || range.min() < low || range.max() > high) {
        return what + " range " + range + ", accepted within " + low + ".." + high;
      }
    }
    if (wanted.scaleMinLowerBound().isPresent()
        && observer.eps() < wanted.scaleMinLowerBound().getAsDouble()) {
      return what
          + " eps "
          + observer.eps()
          + ", accepted at least "
          + wanted.scaleMinLowerBound().getAsDouble();
    }
    return againstExactParameters(what, observer, wanted);
  }

  private static @Nullable String againstExactParameters(
      String what, ActivationPostProcess observer, DTypeWithConstraints wanted) {
    if (wanted.scaleExactMatch().isEmpty() || wanted.zeroPointExactMatch().isEmpty()) {
      return null;
    }
    double scale = wanted.scaleExactMatch().getAsDouble();
    long zeroPoint = wanted.zeroPointExactMatch().getAsLong();
    String needed = ", accepted fixed scale " + scale + " and zero point " + zeroPoint;
    if (!observer.type().name().contains("FixedQParams")) {
      return what + " observer " + observer.type().name() + needed;
    }
    QParams fixed = observer.qparams();
    return fixed.scale() == scale && fixed.zeroPoint() == zeroPoint
        ? null
        : what + " " + fixed + needed;
  }
}
