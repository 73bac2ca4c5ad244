package io.octant.reference;

import io.octant.graph.None;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Softmax;
import io.octant.reference.kernel.TypePromotion;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.UnaryOperator;

/** Activation functions, clamps and softmax. */
final class ActivationOperators {
  private static final String F = "torch.nn.functional.";

  private ActivationOperators() {}

  static void register(OperatorSet.Builder ops) {
    unary(ops, Activations::relu, F + "relu", F + "relu_", "torch.relu", ".relu");
    unary(ops, x -> Activations.clamp(x, 0, 6), F + "relu6");
    unary(ops, Activations::sigmoid, F + "sigmoid", "torch.sigmoid", ".sigmoid");
    unary(ops, Activations::tanh, F + "tanh", "torch.tanh", ".tanh");
    unary(ops, Activations::hardsigmoid, F + "hardsigmoid", ".hardsigmoid");
    unary(ops, Activations::hardswish, F + "hardswish");
    unary(ops, Activations::silu, F + "silu");
    unary(ops, Activations::mish, F + "mish");
    unary(ops, Activations::selu, F + "selu", F + "selu_", "torch.selu");
    unary(ops, Activations::softsign, F + "softsign");
    unary(ops, Activations::logSigmoid, F + "logsigmoid");
    ops.define(
        "input, *, approximate='none'", ActivationOperators::gelu, F + "gelu", "torch._C._nn.gelu");
    ops.define(
        "input, min_val=-1.0, max_val=1.0, inplace=False",
        a -> Activations.clamp(a.tensor("input"), a.number("min_val"), a.number("max_val")),
        F + "hardtanh",
        F + "hardtanh_");
    ops.define(
        "input, min=None, max=None, *, out=None",
        ActivationOperators::clamp,
        "torch.clamp",
        "torch.clip",
        ".clamp",
        ".clip");
    ops.define(
        "input, negative_slope=0.01, inplace=False",
        a -> Activations.leakyRelu(a.tensor("input"), a.number("negative_slope")),
        F + "leaky_relu",
        F + "leaky_relu_");
    ops.define(
        "input, alpha=1.0, inplace=False",
        a -> Activations.elu(a.tensor("input"), a.number("alpha")),
        F + "elu",
        F + "elu_");
    ops.define(
        "input, alpha=1.0, inplace=False",
        a -> Activations.celu(a.tensor("input"), a.number("alpha")),
        F + "celu",
        F + "celu_",
        "torch.celu");
    ops.define(
        "input, threshold, value, inplace=False",
        a -> Activations.threshold(a.tensor("input"), a.number("threshold"), a.number("value")),
        F + "threshold",
        F + "threshold_",
        "torch.threshold");
    ops.define(
        "input, beta=1.0, threshold=20.0",
        a -> Activations.softplus(a.tensor("input"), a.number("beta"), a.number("threshold")),
        F + "softplus");
    ops.define(
        "input, weight",
        a -> Activations.prelu(a.tensor("input"), a.tensor("weight")),
        F + "prelu",
        ".prelu");
    ops.define(
        "input, min",
        a -> clamp(a.tensor("input"), a.value("min"), None.NONE),
        "torch.clamp_min",
        ".clamp_min");
    ops.define(
        "input, max",
        a -> clamp(a.tensor("input"), None.NONE, a.value("max")),
        "torch.clamp_max",
        ".clamp_max");
    shrinks(ops);
    softmaxes(ops);
  }

  private static void shrinks(OperatorSet.Builder ops) {
    ops.define(
        "input, lambd=0.5",
        a -> Activations.hardshrink(a.tensor("input"), a.number("lambd")),
        F + "hardshrink",
        ".hardshrink");
    ops.define("input, lambd=0.5", ActivationOperators::softshrink, F + "softshrink");
    ops.define("input", a -> Activations.tanhshrink(a.tensor("input")), F + "tanhshrink");
    ops.define(
        "input, dim=-1", a -> Activations.glu(a.tensor("input"), a.integer("dim")), F + "glu");
    ops.define(
        "input, lower=0.125, upper=0.3333333333333333, training=False, inplace=False",
        ActivationOperators::rrelu,
        F + "rrelu",
        F + "rrelu_",
        "torch.rrelu");
  }

  private static Object softshrink(NamedValues args) {
    if (!(args.number("lambd") >= 0)) {
      throw args.wrong("lambd", "0 or more");
    }
    return Activations.softshrink(args.tensor("input"), args.number("lambd"));
  }

  /** Outside training the slope is the middle of its range. */
  private static Object rrelu(NamedValues args) {
    if (args.flag("training")) {
      throw args.wrong("training", "False: a graph has no random generator");
    }
    double slope = (args.number("lower") + args.number("upper")) / 2;
    return Activations.leakyRelu(args.tensor("input"), slope);
  }

  private static void unary(
      OperatorSet.Builder ops, UnaryOperator<Tensor> kernel, String... names) {
    ops.define("input, inplace=False, *, out=None", a -> kernel.apply(a.tensor("input")), names);
  }

  private static void softmaxes(OperatorSet.Builder ops) {
    String functional = "input, dim=None, _stacklevel=3, dtype=None";
    String method = "input, dim, dtype=None, *, out=None";
    ops.define(functional, a -> softmax(a, Softmax::softmax), F + "softmax");
    ops.define(method, a -> softmax(a, Softmax::softmax), "torch.softmax", ".softmax");
    ops.define(functional, a -> softmax(a, Softmax::softmin), F + "softmin");
    ops.define(functional, a -> softmax(a, Softmax::logSoftmax), F + "log_softmax");
    ops.define(method, a -> softmax(a, Softmax::logSoftmax), "torch.log_softmax", ".log_softmax");
  }

  private interface AlongAxis {
    Tensor apply(Tensor x, int axis);
  }

  private static Object softmax(NamedValues args, AlongAxis kernel) {
    Tensor x = args.tensor("input");
    x = args.isNone("dtype") ? x : Values.cast(x, args.dtype("dtype"));
    return kernel.apply(x, args.integer("dim", Softmax.implicitAxis(x.shape().rank())));
  }

  private static Object gelu(NamedValues args) {
    return switch (args.text("approximate")) {
      case "none" -> Activations.gelu(args.tensor("input"));
      case "tanh" -> Activations.geluTanh(args.tensor("input"));
      default -> throw args.wrong("approximate", "'none' or 'tanh'");
    };
  }

  private static Object clamp(NamedValues args) {
    return clamp(args.tensor("input"), args.value("min"), args.value("max"));
  }

  private static Object clamp(Tensor x, Object min, Object max) {
    if (min instanceof Tensor || max instanceof Tensor) {
      Tensor low = min == None.NONE ? x : Elementwise.combine(x, min, Math::max, Math::max);
      return max == None.NONE ? low : Elementwise.combine(low, max, Math::min, Math::min);
    }
    double low = bound(min, Double.NEGATIVE_INFINITY);
    double high = bound(max, Double.POSITIVE_INFINITY);
    boolean toFloat = !x.isQuantized() && (min instanceof Double || max instanceof Double);
    DType type = toFloat ? TypePromotion.floatResult(x.dtype()) : x.dtype();
    return Activations.clamp(toFloat ? Values.cast(x, type) : x, low, high);
  }

  private static double bound(Object given, double none) {
    if (given == None.NONE) {
      return none;
    }
    if (given instanceof Number n) {
      return n.doubleValue();
    }
    throw new OperatorException(
        "Cannot clamp by " + given + ", expected a number, a tensor or None");
  }
}
