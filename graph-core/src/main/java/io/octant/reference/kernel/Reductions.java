package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/** Sums, means, extrema and the like over some axes. */
public final class Reductions {
  /** Whether reduced axes disappear or stay with size 1. */
  public enum Axes {
    DROP,
    KEEP;

    /** KEEP if true, as PyTorch's {@code keepdim}. */
    public static Axes keepdim(boolean keep) {
      return keep ? KEEP : DROP;
    }
  }

  /** Reduces the values of one output element. */
  @FunctionalInterface
  public interface Reducer {
    /** One number for all values of a slice, in their order. */
    double reduce(double[] values);
  }

  private Reductions() {}

  /**
   * Reduces axes with any function of the values, which come in row-major order.
   *
   * @param over the axes; none given means all
   */
  public static Tensor reduce(Tensor x, int[] over, Axes axes, DType type, Reducer reducer) {
    boolean[] reduced = reducedAxes(x.shape(), over);
    int rank = x.shape().rank();
    int[] order = new int[rank];
    int outer = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int a = 0; a < rank; a++) {
        if (reduced[a] == (pass == 1)) {
          order[outer++] = a;
        }
      }
    }
    double[] v = Values.of(Shapes.permute(x, order));
    Shape kept = x.shape();
    for (int a = 0; a < rank; a++) {
      kept = reduced[a] ? kept.withDim(a, 1) : kept;
    }
    double[] out = new double[kept.numel()];
    int size = out.length == 0 ? 0 : v.length / out.length;
    for (int i = 0; i < out.length; i++) {
      out[i] = reducer.reduce(Arrays.copyOfRange(v, i * size, (i + 1) * size));
    }
    Tensor result = Values.tensor(type, kept, out);
    return axes == Axes.KEEP ? result : dropAxes(result, reduced);
  }

  private static boolean[] reducedAxes(Shape shape, int[] over) {
    boolean[] reduced = new boolean[shape.rank()];
    Arrays.fill(reduced, over.length == 0);
    for (int a : over) {
      if (shape.rank() > 0) {
        reduced[shape.axis(a)] = true;
      }
    }
    return reduced;
  }

  private static Tensor dropAxes(Tensor t, boolean[] drop) {
    int[] dims = new int[t.shape().rank()];
    int n = 0;
    for (int a = 0; a < dims.length; a++) {
      if (!drop[a]) {
        dims[n++] = t.shape().dim(a);
      }
    }
    return t.reshape(Shape.of(Arrays.copyOf(dims, n)));
  }

  /** Mean; a quantized tensor keeps its qparams. */
  public static Tensor mean(Tensor x, int[] over, Axes axes) {
    return Requantization.averaging(
        x,
        t -> {
          if (!t.dtype().isFloatingPoint()) {
            throw new OctantException(
                "Cannot average "
                    + t.description()
                    + ", expected a floating point or quantized tensor");
          }
          return reduce(t, over, axes, t.dtype(), v -> sum(t, over, v) / v.length);
        });
  }

  /** Sum; bool and integers give int64. */
  public static Tensor sum(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, sumType(x), v -> sum(x, over, v));
  }

  /** Products over axes, in double precision and rounded once; integers give int64. */
  public static Tensor product(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, sumType(x), v -> Arrays.stream(v).reduce(1, (a, b) -> a * b));
  }

  private static DType sumType(Tensor x) {
    return x.dtype().isFloatingPoint() ? x.dtype() : DType.INT64;
  }

  /** The sum of one output element, rounded as PyTorch does where consecutive floats are summed. */
  private static double sum(Tensor x, int[] over, double[] v) {
    return x.dtype() == DType.FLOAT32 && areLast(x.shape(), over) ? FloatSum.of(v) : sum(v);
  }

  private static boolean areLast(Shape shape, int[] over) {
    boolean[] reduced = reducedAxes(shape, over);
    for (int a = 1; a < reduced.length; a++) {
      if (reduced[a - 1] && !reduced[a]) {
        return false;
      }
    }
    return true;
  }

  private static double sum(double[] v) {
    double s = 0;
    for (double e : v) {
      s += e;
    }
    return s;
  }

  /** Maximum; NaN wins. */
  public static Tensor max(Tensor x, int[] over, Axes axes) {
    return extremum(x, over, axes, v -> v[argmax(v)]);
  }

  /** Minimum; NaN wins. */
  public static Tensor min(Tensor x, int[] over, Axes axes) {
    return extremum(x, over, axes, v -> v[argmin(v)]);
  }

  private static Tensor extremum(Tensor x, int[] over, Axes axes, Reducer reducer) {
    if (!x.isQuantized()) {
      return reduce(x, over, axes, x.dtype(), reducer);
    }
    Tensor q = reduce(x.intRepr(), over, axes, DType.INT32, reducer);
    return Tensor.quantized(x.dtype(), q.shape(), q.ints(), x.qparams());
  }

  /** Position of the maximum along the axes, the first of equals, int64. */
  public static Tensor argmax(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, DType.INT64, Reductions::argmax);
  }

  /** Position of the minimum along the axes, the first of equals, int64. */
  public static Tensor argmin(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, DType.INT64, Reductions::argmin);
  }

  private static int argmax(double[] v) {
    int best = 0;
    for (int i = 1; i < v.length; i++) {
      if (v[i] > v[best] || (Double.isNaN(v[i]) && !Double.isNaN(v[best]))) {
        best = i;
      }
    }
    return best;
  }

  private static int argmin(double[] v) {
    int best = 0;
    for (int i = 1; i < v.length; i++) {
      if (v[i] < v[best] || (Double.isNaN(v[i]) && !Double.isNaN(v[best]))) {
        best = i;
      }
    }
    return best;
  }

  /** Variance with divisor {@code n − correction}. */
  public static Tensor variance(Tensor x, int[] over, Axes axes, double correction) {
    return reduce(x, over, axes, x.dtype(), v -> variance(v, correction));
  }

  /** Square root of {@link #variance}. */
  public static Tensor standardDeviation(Tensor x, int[] over, Axes axes, double correction) {
    return reduce(x, over, axes, x.dtype(), v -> Math.sqrt(variance(v, correction)));
  }

  private static double variance(double[] v, double correction) {
    double mean = sum(v) / v.length;
    double squares = 0;
    for (double e : v) {
      squares += (e - mean) * (e - mean);
    }
    return squares / (v.length - correction);
  }

  /** The p-norm. */
  public static Tensor norm(Tensor x, double p, int[] over, Axes axes) {
    return reduce(x, over, axes, x.dtype(), v -> norm(v, p));
  }

  private static double norm(double[] v, double p) {
    if (p == 0) {
      return Arrays.stream(v).filter(e -> e != 0).count();
    }
    double s = p == Double.NEGATIVE_INFINITY ? Double.POSITIVE_INFINITY : 0;
    for (double e : v) {
      double magnitude = Math.abs(e);
      s =
          !Double.isInfinite(p)
              ? s + Math.pow(magnitude, p)
              : p > 0 ? Math.max(s, magnitude) : Math.min(s, magnitude);
    }
    return Double.isInfinite(p) ? s : Math.pow(s, 1 / p);
  }

  /** {@code log Σ eˣ} without overflow; integers give float32. */
  public static Tensor logSumExp(Tensor x, int[] over, Axes axes) {
    Tensor t = Values.cast(x, TypePromotion.floatResult(x.dtype()));
    return reduce(t, over, axes, t.dtype(), Reductions::logSumExp);
  }

  private static double logSumExp(double[] v) {
    double max = v.length == 0 ? Double.NEGATIVE_INFINITY : v[argmax(v)];
    if (Double.isInfinite(max) || Double.isNaN(max)) {
      return max;
    }
    double s = 0;
    for (double e : v) {
      s += Math.exp(e - max);
    }
    return max + Math.log(s);
  }

  /** Number of elements that are not zero, int64. */
  public static Tensor countNonzero(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, DType.INT64, v -> Arrays.stream(v).filter(e -> e != 0).count());
  }

  /** Whether every element is not zero, bool. */
  public static Tensor all(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, DType.BOOL, v -> Arrays.stream(v).allMatch(e -> e != 0) ? 1 : 0);
  }

  /** Whether any element is not zero, bool. */
  public static Tensor any(Tensor x, int[] over, Axes axes) {
    return reduce(x, over, axes, DType.BOOL, v -> Arrays.stream(v).anyMatch(e -> e != 0) ? 1 : 0);
  }
}
