package io.octant.autograd;

import io.octant.graph.Node;
import io.octant.graph.None;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Functions of one number, element by element. */
final class PointwiseRules {
  private PointwiseRules() {}

  static void register() {
    for (String row :
        List.of(
            "relu",
            "relu6",
            "sigmoid",
            "tanh",
            "hardsigmoid",
            "hardswish",
            "silu",
            "mish",
            "selu",
            "softsign",
            "logsigmoid",
            "tanhshrink",
            "abs",
            "neg",
            "frac",
            "nan_to_num",
            "square",
            "sqrt",
            "rsqrt",
            "reciprocal",
            "exp",
            "expm1",
            "exp2",
            "log",
            "log2",
            "log10",
            "log1p",
            "erf",
            "erfc",
            "sin",
            "cos",
            "tan",
            "asin",
            "arcsin",
            "acos",
            "arccos",
            "atan",
            "arctan",
            "deg2rad",
            "rad2deg",
            "sinh",
            "cosh",
            "asinh",
            "acosh",
            "atanh")) {
      define(row);
    }
    define("leaky_relu", "negative_slope");
    define("elu", "alpha");
    define("celu", "alpha");
    define("softplus", "beta", "threshold");
    define("hardtanh", "min_val", "max_val");
    define("threshold", "threshold");
    define("hardshrink", "lambd");
    define("softshrink", "lambd");
    DerivativeRules.define(
        "gelu",
        d ->
            give(
                d,
                d.arguments().text("approximate").equals("tanh") ? "gelu_tanh" : "gelu",
                List.of()));
    DerivativeRules.define("rrelu", PointwiseRules::rrelu);
    DerivativeRules.define("clamp", PointwiseRules::clamp);
    DerivativeRules.define("clamp_min", d -> bound(d, "min", "maximum"));
    DerivativeRules.define("clamp_max", d -> bound(d, "max", "minimum"));
    DerivativeRules.define("dropout", PointwiseRules::dropout);
    DerivativeRules.define("alpha_dropout", PointwiseRules::dropout);
  }

  private static void define(String row, String... settings) {
    DerivativeRules.define(
        row,
        d -> {
          List<Object> values = new ArrayList<>();
          for (String s : settings) {
            values.add(d.arg(s));
          }
          give(d, row, values);
        });
  }

  private static void give(Derivation d, String function, List<Object> settings) {
    List<Object> args = new ArrayList<>(List.of(d.grad(), d.arg("input"), function));
    args.addAll(settings);
    d.give("input", d.call("octant.gradient.pointwise", args, Map.of()));
  }

  private static void rrelu(Derivation d) {
    if (d.arguments().flag("training")) {
      throw d.refused("random slopes have no derivative, expected evaluation mode");
    }
    double slope = (d.arguments().number("lower") + d.arguments().number("upper")) / 2;
    give(d, "leaky_relu", List.of(slope));
  }

  private static void clamp(Derivation d) {
    Object low = d.arguments().value("min");
    Object high = d.arguments().value("max");
    if (low instanceof Node || high instanceof Node) {
      throw d.refused("bounds that are tensors have no derivative, expected numbers");
    }
    double min = low == None.NONE ? Double.NEGATIVE_INFINITY : ((Number) low).doubleValue();
    double max = high == None.NONE ? Double.POSITIVE_INFINITY : ((Number) high).doubleValue();
    give(d, "clamp", List.of(min, max));
  }

  private static void bound(Derivation d, String name, String asTensors) {
    if (d.arguments().value(name) instanceof Node) {
      ArithmeticRules.pair(d, asTensors, "input", name);
    } else {
      give(d, name.equals("min") ? "clamp_min" : "clamp_max", List.of(d.arg(name)));
    }
  }

  private static void dropout(Derivation d) {
    if (d.arguments().flag("training") && d.arguments().number("p") != 0) {
      throw d.refused(
          "what it drops at random has no derivative, expected evaluation mode for this module");
    }
    d.give("input", d.grad());
  }
}
