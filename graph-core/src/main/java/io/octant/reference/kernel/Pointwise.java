package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Elementwise functions of one to three operands beyond Python's operators. */
public final class Pointwise {
  private Pointwise() {}

  /** {@code 1 − erf(x)}; integers give float32. */
  public static Tensor erfc(Tensor x) {
    return Elementwise.mapFloat(x, SpecialFunctions::erfc);
  }

  /** The inverse hyperbolic sine, elementwise. */
  public static Tensor asinh(Tensor x) {
    return Elementwise.mapFloat(x, SpecialFunctions::asinh);
  }

  /** NaN below 1. */
  public static Tensor acosh(Tensor x) {
    return Elementwise.mapFloat(x, SpecialFunctions::acosh);
  }

  /** NaN outside [−1, 1]. */
  public static Tensor atanh(Tensor x) {
    return Elementwise.mapFloat(x, SpecialFunctions::atanh);
  }

  /** {@code 2ˣ}. */
  public static Tensor exp2(Tensor x) {
    return Elementwise.mapFloat(x, v -> Math.pow(2, v));
  }

  /** {@code x − trunc(x)}, with the sign of x. */
  public static Tensor fraction(Tensor x) {
    if (!x.dtype().isFloatingPoint()) {
      throw new OctantException(
          "Cannot take the fraction of " + x.description() + ", expected a floating point tensor");
    }
    return Elementwise.map(x, v -> v - (v < 0 ? Math.ceil(v) : Math.floor(v)));
  }

  /** What replaces NaN and the infinities; null for the limits of the type. */
  public record Replacements(
      double nan,
      @org.jspecify.annotations.Nullable Double positive,
      @org.jspecify.annotations.Nullable Double negative) {}

  /** {@code torch.nan_to_num}; integers stay as they are. */
  public static Tensor finite(Tensor x, Replacements by) {
    if (!x.dtype().isFloatingPoint()) {
      return x;
    }
    double largest = largest(x.dtype());
    double high = by.positive == null ? largest : by.positive;
    double low = by.negative == null ? -largest : by.negative;
    return Elementwise.map(
        x, v -> Double.isNaN(v) ? by.nan : Double.isInfinite(v) ? (v > 0 ? high : low) : v);
  }

  private static double largest(DType type) {
    return switch (type) {
      case FLOAT64 -> Double.MAX_VALUE;
      case FLOAT16 -> 65504;
      case BFLOAT16 -> Float.intBitsToFloat(0x7f7f0000);
      default -> Float.MAX_VALUE;
    };
  }

  /** A function of three numbers. */
  private interface Ternary {
    double apply(double a, double b, double c);
  }

  /** {@code a + weight · (b − a)}, exact at both ends; the weight is a tensor or a number. */
  public static Tensor lerp(Tensor a, Tensor b, Object weight) {
    return combine(
        a, b, weight, (v, w, t) -> Math.abs(t) < 0.5 ? v + t * (w - v) : w - (w - v) * (1 - t));
  }

  /** {@code x + factor · a / b}; integers are refused, as their division would not be one. */
  public static Tensor addQuotient(Tensor x, Object a, Object b, double factor) {
    if (!TypePromotion.resultType(a, b).isFloatingPoint()) {
      throw new OctantException(
          "Cannot divide " + a + " by " + b + " in addcdiv, expected floating point operands");
    }
    return combine(x, a, b, (v, p, q) -> v + factor * (p / q));
  }

  private static Tensor combine(Object a, Object b, Object c, Ternary f) {
    DType type = TypePromotion.resultType(a, b, c);
    Tensor x = Elementwise.asTensor(a, type);
    Tensor y = Elementwise.asTensor(b, type);
    Tensor z = Elementwise.asTensor(c, type);
    Shape shape = Shape.broadcast(x.shape(), Shape.broadcast(y.shape(), z.shape()));
    double[] p = Values.of(Elementwise.expand(x, shape));
    double[] q = Values.of(Elementwise.expand(y, shape));
    double[] r = Values.of(Elementwise.expand(z, shape));
    for (int i = 0; i < p.length; i++) {
      p[i] = f.apply(p[i], q[i], r[i]);
    }
    return Values.tensor(type, shape, p);
  }
}
