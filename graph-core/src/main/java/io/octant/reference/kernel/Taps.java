package io.octant.reference.kernel;

import io.octant.tensor.Shape;

/**
 * Input positions and weights of each output position along one axis.
 *
 * @param at positions inside the input, one array for each output position
 * @param weight what each is multiplied with
 * @param constant what is added to each output position
 */
@SuppressWarnings("ArrayRecordComponent")
public record Taps(int[][] at, double[][] weight, double[] constant) {
  Taps(int[][] at, double[][] weight) {
    this(at, weight, new double[at.length]);
  }

  /** How many output positions there are. */
  public int size() {
    return at.length;
  }

  /** Replaces an axis of row-major elements by weighted sums of its positions. */
  double[] apply(double[] v, Shape shape, int axis) {
    int in = shape.dim(axis);
    int out = size();
    int inner = shape.strides()[axis];
    int outer = v.length == 0 ? 0 : v.length / (in * inner);
    double[] result = new double[outer * out * inner];
    for (int row = 0; row < outer * out; row++) {
      int o = row % out;
      for (int k = 0; constant[o] != 0 && k < inner; k++) {
        result[row * inner + k] = constant[o];
      }
      for (int tap = 0; tap < at[o].length; tap++) {
        int from = ((row / out) * in + at[o][tap]) * inner;
        double w = weight[o][tap];
        for (int k = 0; k < inner; k++) {
          result[row * inner + k] += w * v[from + k];
        }
      }
    }
    return result;
  }

  /**
   * The gradient of {@link #apply} by its elements, from that of its result; {@code shape} of v.
   */
  double[] gradient(double[] grad, Shape shape, int axis) {
    int in = shape.dim(axis);
    int out = size();
    int inner = shape.strides()[axis];
    int outer = grad.length == 0 ? 0 : grad.length / (out * inner);
    double[] result = new double[outer * in * inner];
    for (int row = 0; row < outer * out; row++) {
      int o = row % out;
      for (int tap = 0; tap < at[o].length; tap++) {
        int to = ((row / out) * in + at[o][tap]) * inner;
        double w = weight[o][tap];
        for (int k = 0; k < inner; k++) {
          result[to + k] += w * grad[row * inner + k];
        }
      }
    }
    return result;
  }

  /** Whether both read the same positions with weights that are equal to float32's precision. */
  boolean matches(Taps other, int in) {
    if (size() != other.size()) {
      return false;
    }
    for (int o = 0; o < size(); o++) {
      double[] difference = new double[in];
      for (int k = 0; k < at[o].length; k++) {
        difference[at[o][k]] += weight[o][k];
      }
      for (int k = 0; k < other.at[o].length; k++) {
        difference[other.at[o][k]] -= other.weight[o][k];
      }
      for (double d : difference) {
        if (Math.abs(d) > 1e-5) {
          return false;
        }
      }
      if (constant[o] != other.constant[o]) {
        return false;
      }
    }
    return true;
  }
}
