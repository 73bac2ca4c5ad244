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

/** Clamps, softmax, and the activations that other kernels are made of. */
final class ActivationOperators {

  private ActivationOperators() {}

  static void register(OperatorSet.Builder ops) {
    unary(ops, "relu", Activations::relu);
    unary(ops, "relu6", x -> Activations.clamp(x, 0, 6));
    unary(ops, "sigmoid", Activations::sigmoid);
    unary(ops, "tanh", Activations::tanh);
    ops.define(
        "hardtanh",
        a -> Activations.clamp(a.tensor("input"), a.number("min_val"), a.number("max_val")));
    ops.define("clamp", ActivationOperators::clamp);
    ops.define("prelu", a -> Activations.prelu(a.tensor("input"), a.tensor("weight")));
    ops.define("clamp_min", a -> clamp(a.tensor("input"), a.value("min"), None.NONE));
    ops.define("clamp_max", a -> clamp(a.tensor("input"), None.NONE, a.value("max")));
    ops.define("glu", a -> Activations.glu(a.tensor("input"), a.integer("dim")));
    softmaxes(ops);
  }

  private static void unary(OperatorSet.Builder ops, String row, UnaryOperator<Tensor> kernel) {
    ops.define(row, a -> kernel.apply(a.tensor("input")));
  }

  private static void softmaxes(OperatorSet.Builder ops) {
    ops.define("softmax", a -> softmax(a, Softmax::softmax));
    ops.define("softmin", a -> softmax(a, Softmax::softmin));
    ops.define("log_softmax", a -> softmax(a, Softmax::logSoftmax));
  }

  private interface AlongAxis {
    Tensor apply(Tensor x, int axis);
  }

  private static Object softmax(NamedValues args, AlongAxis kernel) {
    Tensor x = args.tensor("input");
    x = args.isNone("dtype") ? x : Values.cast(x, args.dtype("dtype"));
    return kernel.apply(x, args.integer("dim", Softmax.implicitAxis(x.shape().rank())));
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
