package io.octant.reference.kernel;

import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Gradients of reductions, of softmax and of running sums. */
public final class ReductionGradient {
  private ReductionGradient() {}

  /** {@code y · (g − Σ g · y)} along an axis, y being the result of softmax. */
  public static Tensor softmax(Tensor grad, Tensor result, int axis) {
    return along(
        grad,
        result,
        axis,
        (g, y) -> {
          double sum = 0;
          for (int i = 0; i < g.length; i++) {
            sum += g[i] * y[i];
          }
          for (int i = 0; i < g.length; i++) {
            g[i] = y[i] * (g[i] - sum);
          }
        });
  }

  /** {@code g − eʸ · Σ g} along an axis, y being the result of log_softmax. */
  public static Tensor logSoftmax(Tensor grad, Tensor result, int axis) {
    return along(
        grad,
        result,
        axis,
        (g, y) -> {
          double sum = 0;
          for (double v : g) {
            sum += v;
          }
          for (int i = 0; i < g.length; i++) {
            g[i] -= Math.exp(y[i]) * sum;
          }
        });
  }

  /** Sums from the last index of an axis back to each. */
  public static Tensor cumsum(Tensor grad, int axis) {
    return along(
        grad,
        grad,
        axis,
        (g, same) -> {
          for (int i = g.length - 2; i >= 0; i--) {
            g[i] += g[i + 1];
          }
        });
  }

  private interface Rows {
    void change(double[] g, double[] y);
  }

  private static Tensor along(Tensor grad, Tensor result, int axis, Rows rows) {
    Shape shape = grad.shape();
    int size = shape.rank() == 0 ? 1 : shape.dim(axis);
    int stride = shape.rank() == 0 ? 1 : shape.strides()[shape.axis(axis)];
    double[] g = Values.of(grad);
    double[] y = Values.of(result);
    double[] gRow = new double[size];
    double[] yRow = new double[size];
    for (int start = 0; start < g.length; start++) {
      if (start / stride % size != 0) {
        continue;
      }
      for (int i = 0; i < size; i++) {
        gRow[i] = g[start + i * stride];
        yRow[i] = y[start + i * stride];
      }
      rows.change(gRow, yRow);
      for (int i = 0; i < size; i++) {
        g[start + i * stride] = gRow[i];
      }
    }
    return Values.tensor(grad.dtype(), shape, g);
  }

  /** Shares each gradient among the elements that equal the result of a maximum or minimum. */
  public static Tensor extremum(Tensor grad, Tensor x, Tensor result, int[] over) {
    double[] y = Values.of(Spreading.spread(result, x.shape(), over));
    double[] v = Values.of(x);
    double[] equal = new double[v.length];
    for (int i = 0; i < v.length; i++) {
      equal[i] = v[i] == y[i] ? 1 : 0;
    }
    double[] g = Values.of(Spreading.spread(grad, x.shape(), over));
    Shape kept = Spreading.kept(x.shape(), over);
    Tensor counts = Spreading.sumTo(equal.clone(), x.shape(), kept, x.dtype());
    double[] n = Values.of(Elementwise.expand(counts, x.shape()));
    for (int i = 0; i < g.length; i++) {
      g[i] *= equal[i] / n[i];
    }
    return Values.tensor(x.dtype(), x.shape(), g);
  }

  /** {@code 2 (x − mean) / (n − correction)}. */
  public static Tensor variance(Tensor grad, Tensor x, int[] over, double correction) {
    Tensor mean = Reductions.mean(x, over, Reductions.Axes.KEEP);
    double[] m = Values.of(Elementwise.expand(mean, x.shape()));
    double[] g = Values.of(Spreading.spread(grad, x.shape(), over));
    double count = (double) x.numel() / Math.max(1, mean.numel());
    for (int i = 0; i < g.length; i++) {
      g[i] *= 2 * (x.doubleAt(i) - m[i]) / (count - correction);
    }
    return Values.tensor(x.dtype(), x.shape(), g);
  }

  /** That of the variance over {@code 2 · std}. */
  public static Tensor deviation(
      Tensor grad, Tensor x, Tensor result, int[] over, double correction) {
    Tensor scaled = Elementwise.combineAsFloat(grad, result, (g, y) -> g / (2 * y));
    return variance(scaled, x, over, correction);
  }

  /** {@code sign(x) · |x|^(p − 1) / norm^(p − 1)}, 0 where the norm is. */
  public static Tensor norm(Tensor grad, Tensor x, Tensor result, double p, int[] over) {
    double[] y = Values.of(Spreading.spread(result, x.shape(), over));
    double[] g = Values.of(Spreading.spread(grad, x.shape(), over));
    for (int i = 0; i < g.length; i++) {
      double v = x.doubleAt(i);
      g[i] *= y[i] == 0 || v == 0 ? 0 : Math.signum(v) * Math.pow(Math.abs(v) / y[i], p - 1);
    }
    return Values.tensor(x.dtype(), x.shape(), g);
  }
}
