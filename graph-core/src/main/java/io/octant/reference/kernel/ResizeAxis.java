package io.octant.reference.kernel;

import io.octant.OctantException;

/**
 * One axis that {@link Resizing} resizes.
 *
 * @param axis its index
 * @param in elements before
 * @param out elements after
 * @param scale factor by which positions are scaled, in float32; not always {@code out / in}
 * @param from where the region of interest begins, of {@code tf_crop_and_resize}, in units of the
 *     axis
 * @param to where it ends
 */
public record ResizeAxis(int axis, int in, int out, float scale, float from, float to) {
  public ResizeAxis {
    if (in < 1 || out < 1 || !(scale > 0) || Float.isInfinite(scale)) {
      throw new OctantException(
          "Cannot resize axis "
              + axis
              + ": "
              + in
              + " to "
              + out
              + " elements with scale "
              + scale
              + ", expected positive numbers");
    }
  }

  /** An axis without a region of interest. */
  public ResizeAxis(int axis, int in, int out, float scale) {
    this(axis, in, out, scale, 0, 1);
  }

  /**
   * Whether {@code torch.nn.functional.interpolate} to the same size reads the same positions with
   * the same weights.
   */
  public boolean matches(ResizeRule rule, Interpolation.Mode mode, Interpolation.Corners corners) {
    return taps(rule).matches(Interpolation.taps(mode, corners, in, out), in);
  }

  /** Position in the input of an output position, in float32 as ONNX Runtime computes it. */
  private float position(ResizeRule rule, int o) {
    return switch (rule.coordinates()) {
      case "asymmetric" -> o / scale;
      case "tf_half_pixel_for_nn" -> (o + 0.5f) / scale;
      case "pytorch_half_pixel" -> out > 1 ? (o + 0.5f) / scale - 0.5f : 0;
      case "align_corners" -> out == 1 ? 0 : (float) o * (in - 1) / (out - 1);
      case "half_pixel_symmetric" -> {
        float adjustment = out / (scale * in);
        float offset = in / 2f * (1 - adjustment);
        yield offset + (o + 0.5f) / scale - 0.5f;
      }
      case "tf_crop_and_resize" ->
          out > 1
              ? from * (in - 1) + o * (to - from) * (in - 1) / (out - 1)
              : 0.5f * (from + to) * (in - 1);
      default -> (o + 0.5f) / scale - 0.5f;
    };
  }

  Taps taps(ResizeRule rule) {
    int[][] at = new int[out][];
    double[][] weight = new double[out][];
    double[] constant = new double[out];
    for (int o = 0; o < out; o++) {
      float x = scale == 1 && !rule.crops() ? o : position(rule, o);
      if (rule.crops() && (x < 0 || x > in - 1)) {
        at[o] = new int[0];
        weight[o] = new double[0];
        constant[o] = rule.extrapolation();
        continue;
      }
      switch (rule.mode()) {
        case "nearest" -> {
          at[o] = new int[] {clamp(nearest(rule.nearest(), x))};
          weight[o] = new double[] {1};
        }
        default -> filter(rule, x, o, at, weight);
      }
    }
    return new Taps(at, weight, constant);
  }

  private long nearest(String how, float x) {
    return switch (how) {
      case "simple" -> (long) (scale < 1 ? Math.ceil(x) : x);
      case "round_prefer_floor" ->
          x == (float) ((int) x + 0.5) ? (long) Math.floor(x) : roundAwayFromZero(x);
      case "round_prefer_ceil" -> roundAwayFromZero(x);
      case "floor" -> (long) Math.floor(x);
      default -> (long) Math.ceil(x);
    };
  }

  private static long roundAwayFromZero(float x) {
    return (long) (x < 0 ? -Math.floor(-(double) x + 0.5) : Math.floor((double) x + 0.5));
  }

  private int clamp(long position) {
    return (int) Math.max(0, Math.min(in - 1L, position));
  }

  /** Linear and cubic kernels around a position; stretched by the scale where that is asked for. */
  private void filter(ResizeRule rule, float x, int o, int[][] at, double[][] weight) {
    boolean linear = rule.mode().equals("linear");
    float position = linear && !rule.antialias() ? Math.max(0, Math.min(x, in - 1)) : x;
    double stretch = rule.antialias() && scale < 1 ? 1 / (double) scale : 1;
    double support = (linear ? 1 : 2) * stretch;
    int first;
    int count;
    if (rule.antialias()) {
      first = (int) Math.floor(position + 0.5 - support + 0.5);
      count = (int) Math.floor(position + 0.5 + support + 0.5) - first;
    } else {
      first = (int) Math.floor(position) - (linear ? 0 : 1);
      count = linear ? 2 : 4;
    }
    int[] positions = new int[count];
    double[] weights = new double[count];
    double sum = 0;
    for (int k = 0; k < count; k++) {
      double distance = (first + k - (double) position) / stretch;
      double w = linear ? Math.max(0, 1 - Math.abs(distance)) : cubic(rule, distance);
      boolean outside = first + k < 0 || first + k >= in;
      weights[k] = outside && rule.excludeOutside() ? 0 : w;
      positions[k] = clamp(first + k);
      sum += weights[k];
    }
    boolean normalizes = rule.antialias() || rule.excludeOutside();
    for (int k = 0; normalizes && sum != 0 && k < count; k++) {
      weights[k] /= sum;
    }
    at[o] = positions;
    weight[o] = weights;
  }

  /** Keys' kernel. */
  private static double cubic(ResizeRule rule, double distance) {
    double a = rule.cubicCoefficient();
    double d = Math.abs(distance);
    if (d >= 2) {
      return 0;
    }
    return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  }
}
