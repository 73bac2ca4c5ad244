package io.octant.reference.kernel;

import io.octant.tensor.Tensor;

/** {@code softmax} and {@code log_softmax} along one axis. */
public final class Softmax {
  private static final int LANES = 16;

  private Softmax() {}

  /** {@code e^x / Σ e^x}. */
  public static Tensor softmax(Tensor x, int axis) {
    return run(x, axis, Softmax::normalize);
  }

  /** {@code x − log Σ e^x}. */
  public static Tensor logSoftmax(Tensor x, int axis) {
    return run(x, axis, Softmax::normalizeLog);
  }

  /** {@link #softmax} of {@code −x}. */
  public static Tensor softmin(Tensor x, int axis) {
    return softmax(Elementwise.map(x, v -> -v), axis);
  }

  /** The axis that PyTorch takes if none is given: 0 for 0-, 1- and 3-d inputs, else 1. */
  public static int implicitAxis(int rank) {
    return rank == 0 || rank == 1 || rank == 3 ? 0 : 1;
  }

  private interface Row {
    void apply(double[] row, Precision precision);
  }

  private static Tensor run(Tensor x, int axis, Row kernel) {
    double[] v = Values.of(x);
    int at = x.shape().rank() == 0 ? 0 : x.shape().axis(axis);
    int size = x.shape().rank() == 0 ? 1 : x.shape().dim(at);
    int inner = x.shape().rank() == 0 ? 1 : x.shape().strides()[at];
    double[] row = new double[size];
    for (int from = 0; from < v.length; from++) {
      if ((from / inner) % size == 0) {
        for (int i = 0; i < size; i++) {
          row[i] = v[from + i * inner];
        }
        kernel.apply(row, Precision.of(x));
        for (int i = 0; i < size; i++) {
          v[from + i * inner] = row[i];
        }
      }
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  private static double max(double[] row) {
    double max = Double.NEGATIVE_INFINITY;
    for (double v : row) {
      max = Math.max(max, v);
    }
    return max;
  }

  private static void normalize(double[] row, Precision p) {
    double max = max(row);
    for (int i = 0; i < row.length; i++) {
      row[i] = p.round(Math.exp(p.round(row[i] - max)));
    }
    double inverse = p.round(1 / sum(row, p));
    for (int i = 0; i < row.length; i++) {
      row[i] *= inverse;
    }
  }

  private static void normalizeLog(double[] row, Precision p) {
    double max = max(row);
    double[] powers = new double[row.length];
    for (int i = 0; i < row.length; i++) {
      powers[i] = p.round(Math.exp(p.round(row[i] - max)));
    }
    double log = p.round(Math.log(sum(powers, p)));
    for (int i = 0; i < row.length; i++) {
      row[i] = p.round(row[i] - max) - log;
    }
  }

  /** A sum over lanes that are then added in pairs; short rows one by one. */
  private static double sum(double[] v, Precision p) {
    int width = v.length < LANES ? 1 : LANES;
    double[] lanes = new double[width];
    for (int i = 0; i < v.length; i++) {
      lanes[i % width] = p.round(lanes[i % width] + v[i]);
    }
    for (int half = width / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] = p.round(lanes[i] + lanes[i + half]);
      }
    }
    return lanes[0];
  }
}
