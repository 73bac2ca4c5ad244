package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.reference.binding.NamedValues;
import java.util.List;
import java.util.Map;

/** Reductions along axes, softmax and running sums. */
final class ReductionRules {
  private ReductionRules() {}

  static void register() {
    DerivativeRules.define("sum", d -> spread(d, d.grad(), false));
    DerivativeRules.define("mean", d -> spread(d, d.grad(), true));
    DerivativeRules.define("amax", d -> extremum(d, d.grad(), d.result()));
    DerivativeRules.define("amin", d -> extremum(d, d.grad(), d.result()));
    DerivativeRules.define("max", new Extremum("maximum"));
    DerivativeRules.define("min", new Extremum("minimum"));
    DerivativeRules.define("var", d -> variance(d, d.grad(), None.NONE));
    DerivativeRules.define("std", d -> variance(d, d.grad(), d.result()));
    DerivativeRules.define("var_mean", DerivativeRule.ofTuple(d -> withMean(d, false)));
    DerivativeRules.define("std_mean", DerivativeRule.ofTuple(d -> withMean(d, true)));
    DerivativeRules.define("sort", DerivativeRule.ofTuple(ReductionRules::ordered));
    DerivativeRules.define("topk", DerivativeRule.ofTuple(ReductionRules::ordered));
    DerivativeRules.define("norm", ReductionRules::norm);
    DerivativeRules.define("logsumexp", ReductionRules::logSumExp);
    DerivativeRules.define("softmax", d -> softmax(d, "octant.gradient.softmax"));
    DerivativeRules.define("log_softmax", d -> softmax(d, "octant.gradient.log_softmax"));
    DerivativeRules.define(
        "softmin",
        d ->
            d.give(
                "input",
                d.call(
                    "torch.neg",
                    d.call("octant.gradient.softmax", d.grad(), d.result(), d.arg("dim")))));
    DerivativeRules.define(
        "cumsum",
        d -> {
          requireOwnType(d);
          d.give("input", d.call("octant.gradient.cumsum", d.grad(), d.arg("dim")));
        });
  }

  private static void requireOwnType(Derivation d) {
    if (d.arguments().has("dtype") && !d.arguments().isNone("dtype")) {
      throw d.refused("a result of another type has no derivative, expected dtype=None");
    }
  }

  private static void spread(Derivation d, Node grad, boolean mean) {
    requireOwnType(d);
    d.give(
        "input",
        d.call(
            "octant.gradient.spread",
            grad,
            d.shape("input"),
            d.arg("dim"),
            d.arg("keepdim"),
            mean));
  }

  private static void extremum(Derivation d, Node grad, Node result) {
    requireOwnType(d);
    d.give("input", d.call("octant.gradient.extremum", grad, d.arg("input"), result, d.arg("dim")));
  }

  /** {@code max(x)}, {@code max(x, dim)} with positions, {@code max(x, y)}. */
  private record Extremum(String ofTwo) implements DerivativeRule {
    @Override
    public boolean givesTuple(NamedValues arguments) {
      return arguments.value("dim") instanceof Long;
    }

    @Override
    public void differentiate(Derivation d) {
      if (d.arguments().value("dim") instanceof Node) {
        ArithmeticRules.pair(d, ofTwo, "input", "dim");
      } else if (d.arguments().isNone("dim")) {
        extremum(d, d.grad(), d.result());
      } else {
        Node grad = d.grad(0);
        if (grad != null) {
          // at the position that the call returns, even if others are equal
          Node positions = d.call("octant.gradient.positions", d.shape("input"));
          Node at = gathered(d, positions);
          d.give("input", d.call("octant.gradient.scatter", grad, at, d.shape("input")));
        }
      }
    }

    private static Node gathered(Derivation d, Node positions) {
      Object dim = d.arg("dim");
      Node index = d.resultItem(1);
      if (d.arguments().flag("keepdim")) {
        return d.call("torch.gather", positions, dim, index);
      }
      Node kept = d.call("torch.unsqueeze", index, dim);
      return d.call("torch.squeeze", d.call("torch.gather", positions, dim, kept), dim);
    }
  }

  private static void variance(Derivation d, Node grad, Object result) {
    NamedValues a = d.arguments();
    Object correction =
        a.isNone("correction")
            ? (Object) (a.flag(hasNoAxes(d) ? "dim" : "unbiased") ? 1L : 0L)
            : d.arg("correction");
    d.give(
        "input",
        d.call(
            "octant.gradient.variance", grad, d.arg("input"), result, varianceAxes(d), correction));
  }

  /** Whether the place of the axes has {@code unbiased}. */
  private static boolean hasNoAxes(Derivation d) {
    return d.arguments().value("dim") instanceof Boolean;
  }

  private static Object varianceAxes(Derivation d) {
    return hasNoAxes(d) ? None.NONE : d.arg("dim");
  }

  private static void withMean(Derivation d, boolean root) {
    Node ofVariance = d.grad(0);
    if (ofVariance != null) {
      variance(d, ofVariance, root ? d.resultItem(0) : None.NONE);
    }
    Node ofMean = d.grad(1);
    if (ofMean != null) {
      List<Object> args =
          List.of(ofMean, d.shape("input"), varianceAxes(d), d.arg("keepdim"), true);
      d.give("input", d.call("octant.gradient.spread", args, Map.of()));
    }
  }

  /** The elements of an axis in another order, or some of them, and their positions. */
  private static void ordered(Derivation d) {
    Node grad = d.grad(0);
    if (grad != null) {
      Node positions = d.call("octant.gradient.positions", d.shape("input"));
      Node at = d.call("torch.gather", positions, d.arg("dim"), d.resultItem(1));
      d.give("input", d.call("octant.gradient.scatter", grad, at, d.shape("input")));
    }
  }

  private static void norm(Derivation d) {
    requireOwnType(d);
    d.give(
        "input",
        d.call(
            "octant.gradient.norm",
            d.grad(),
            d.arg("input"),
            d.result(),
            d.arg("p"),
            d.arg("dim")));
  }

  private static void logSumExp(Derivation d) {
    Map<String, Object> axes = Map.of("dim", d.arg("dim"));
    Node result = d.call("octant.gradient.spread", List.of(d.result(), d.shape("input")), axes);
    Node grad = d.call("octant.gradient.spread", List.of(d.grad(), d.shape("input")), axes);
    Node share = d.call("torch.exp", d.call("torch.sub", d.arg("input"), result));
    d.give("input", d.call("torch.mul", grad, share));
  }

  private static void softmax(Derivation d, String function) {
    requireOwnType(d);
    d.give("input", d.call(function, d.grad(), d.result(), d.arg("dim")));
  }
}
