package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Precision;
import io.octant.reference.kernel.Requantization;
import io.octant.reference.kernel.SpecialFunctions;
import io.octant.reference.kernel.TypePromotion;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;

/**
 * Activations that are one formula of each element, computed in double and rounded to the tensor's
 * type; {@code p.round} rounds where PyTorch's kernels do in between, as the results show there.
 * Those that PyTorch defines on quantized tensors accept them: they keep the input's qparams, or
 * impose their own.
 */
final class CurveOperators {
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private CurveOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("hardsigmoid", a -> hardsigmoid(a.tensor("input")));
    ops.define(
        "hardswish",
        a -> Elementwise.mapRounded(a.tensor("input"), (v, p) -> p.round(v * relu6(v, p)) / 6));
    ops.define(
        "silu",
        a ->
            Elementwise.mapRounded(
                a.tensor("input"), (v, p) -> v / p.round(1 + p.round(Math.exp(-v)))));
    define(ops, "mish", v -> v * Math.tanh(SpecialFunctions.softplus(v)));
    define(ops, "logsigmoid", v -> -SpecialFunctions.softplus(-v));
    ops.define(
        "softsign", a -> Elementwise.mapFloat(a.tensor("input"), v -> v / (1 + Math.abs(v))));
    ops.define("gelu", CurveOperators::gelu);
    ops.define("leaky_relu", a -> leaky(a.tensor("input"), a.number("negative_slope")));
    ops.define("rrelu", CurveOperators::rrelu);
    ops.define("elu", a -> exponential(a, 1, a.number("alpha"), 1));
    ops.define("celu", a -> exponential(a, 1, a.number("alpha"), a.number("alpha")));
    // the constants of Klambauer et al.
    ops.define(
        "selu",
        a ->
            exponential(
                a, 1.0507009873554804934193349852946, 1.6732632423543772848170429916717, 1));
    ops.define("threshold", CurveOperators::threshold);
    ops.define("softplus", CurveOperators::softplus);
    ops.define("hardshrink", CurveOperators::hardshrink);
    ops.define("softshrink", CurveOperators::softshrink);
    ops.define(
        "tanhshrink",
        a -> {
          Tensor x = a.tensor("input");
          return Elementwise.mapRounded(
              Values.cast(x, TypePromotion.floatResult(x.dtype())),
              (v, p) -> v - p.round(Math.tanh(v)));
        });
  }

  private static void define(OperatorSet.Builder ops, String row, DoubleUnaryOperator f) {
    ops.define(row, a -> Elementwise.map(a.tensor("input"), f));
  }

  private static double relu6(double v, Precision p) {
    return Math.min(Math.max(p.round(v + 3), 0), 6);
  }

  /** Quantized output has scale 1/256. */
  private static Tensor hardsigmoid(Tensor x) {
    return Requantization.withQParams(
        x,
        Activations.unitRange(x.dtype()),
        t -> Elementwise.mapRounded(t, (v, p) -> relu6(v, p) / 6));
  }

  private static Object gelu(NamedValues args) {
    Tensor x = args.tensor("input");
    double half = Math.sqrt(0.5);
    return switch (args.text("approximate")) {
      case "none" ->
          Requantization.keepingQParams(
              x,
              t ->
                  Elementwise.mapRounded(
                      t,
                      (v, p) ->
                          0.5
                              * v
                              * p.round(1 + p.round(Activations.erf(p.round(v * p.round(half)))))));
      case "tanh" ->
          Requantization.keepingQParams(
              x,
              t ->
                  Elementwise.map(
                      t,
                      v -> 0.5 * v * (1 + Math.tanh(SQRT_2_OVER_PI * (v + 0.044715 * v * v * v)))));
      default -> throw args.wrong("approximate", "'none' or 'tanh'");
    };
  }

  private static Tensor leaky(Tensor x, double slope) {
    return Requantization.keepingQParams(
        x, t -> Elementwise.mapRounded(t, (v, p) -> v >= 0 ? v : p.round(slope) * v));
  }

  /** Outside training the slope is the middle of its range. */
  private static Object rrelu(NamedValues args) {
    if (args.flag("training")) {
      throw args.wrong("training", "False: a graph has no random generator");
    }
    return leaky(args.tensor("input"), (args.number("lower") + args.number("upper")) / 2);
  }

  private static Tensor exponential(NamedValues args, double scale, double alpha, double width) {
    return Elementwise.map(
        args.tensor("input"), v -> scale * (v > 0 ? v : alpha * Math.expm1(v / width)));
  }

  private static Tensor threshold(NamedValues args) {
    float limit = (float) args.number("threshold"); // compared in float32, as the elements are
    double value = args.number("value");
    return Requantization.keepingQParams(
        args.tensor("input"),
        t -> Elementwise.map(t, v -> v > limit || Double.isNaN(v) ? v : value));
  }

  private static Tensor softplus(NamedValues args) {
    double beta = args.number("beta");
    double threshold = args.number("threshold");
    return Elementwise.map(
        args.tensor("input"),
        v -> v * beta > threshold ? v : SpecialFunctions.softplus(v * beta) / beta);
  }

  private static Tensor hardshrink(NamedValues args) {
    float limit = (float) args.number("lambd");
    return Elementwise.map(args.tensor("input"), v -> v >= -limit && v <= limit ? 0 : v);
  }

  private static Tensor softshrink(NamedValues args) {
    if (!(args.number("lambd") >= 0)) {
      throw args.wrong("lambd", "0 or more");
    }
    float limit = (float) args.number("lambd");
    return Elementwise.map(
        args.tensor("input"),
        v -> v > limit ? v - limit : v < -limit ? v + limit : Double.isNaN(v) ? v : 0);
  }
}
