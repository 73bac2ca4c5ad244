package io.octant.reference.kernel;

import io.octant.tensor.Tensor;

/** {@code softmax} and {@code log_softmax} along one axis. */
public final class Softmax {
  private Softmax() {}

  /** {@code e^x / Σ e^x}. */
  public static Tensor softmax(Tensor x, int axis) {
    return run(x, axis, Softmax::normalize);
  }

  /** {@code x − log Σ e^x}. */
  public static Tensor logSoftmax(Tensor x, int axis) {
    return run(x, axis, Softmax::normalizeLog);
  }

  private interface Row {
    void apply(double[] v, int from, int step, int count);
  }

  private static Tensor run(Tensor x, int axis, Row row) {
    double[] v = Values.of(x);
    if (x.shape().rank() == 0) {
      row.apply(v, 0, 1, 1);
      return Values.tensor(x.dtype(), x.shape(), v);
    }
    int at = x.shape().axis(axis);
    int size = x.shape().dim(at);
    int inner = x.shape().strides()[at];
    for (int i = 0; i < v.length; i++) {
      if ((i / inner) % size == 0) {
        row.apply(v, i, inner, size);
      }
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  private static double max(double[] v, int from, int step, int count) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, v[from + i * step]);
    }
    return max;
  }

  private static void normalize(double[] v, int from, int step, int count) {
    double max = max(v, from, step, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      v[from + i * step] = Math.exp(v[from + i * step] - max);
      sum += v[from + i * step];
    }
    for (int i = 0; i < count; i++) {
      v[from + i * step] /= sum;
    }
  }

  private static void normalizeLog(double[] v, int from, int step, int count) {
    double max = max(v, from, step, count);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp(v[from + i * step] - max);
    }
    double log = max + Math.log(sum);
    for (int i = 0; i < count; i++) {
      v[from + i * step] -= log;
    }
  }
}
