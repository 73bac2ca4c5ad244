package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code torch.nn.functional.interpolate} without antialiasing: one axis after the other, each
 * output position a weighted sum of input positions. Quantized tensors keep their qparams.
 */
public final class Interpolation {
  /** How positions between elements are read. */
  public enum Mode {
    NEAREST,
    NEAREST_EXACT,
    LINEAR,
    CUBIC,
    AREA;

    /**
     * A mode by its PyTorch name; linear, bilinear and trilinear differ in the number of axes only.
     *
     * @throws OctantException if there is none
     */
    public static Mode of(String name) {
      return switch (name) {
        case "nearest" -> NEAREST;
        case "nearest-exact" -> NEAREST_EXACT;
        case "linear", "bilinear", "trilinear" -> LINEAR;
        case "bicubic" -> CUBIC;
        case "area" -> AREA;
        default ->
            throw new OctantException(
                "Cannot resolve interpolation mode: "
                    + name
                    + ", expected nearest, nearest-exact, linear, bilinear, trilinear, bicubic or"
                    + " area");
      };
    }
  }

  /** Whether the corner elements of input and output are aligned. */
  public enum Corners {
    HALF_PIXEL,
    ALIGNED
  }

  private Interpolation() {}

  /**
   * Resizes the spatial axes of [N, C, spatial…].
   *
   * @param size output size of each spatial axis
   * @param scales factors that the size was derived from, null if the size was given; positions are
   *     then scaled by these instead of by the ratio of sizes
   */
  public static Tensor resize(
      Tensor x, int[] size, double @Nullable [] scales, Mode mode, Corners corners) {
    if (x.shape().rank() != size.length + 2) {
      throw new OctantException(
          "Cannot resize "
              + x.description()
              + " to "
              + Arrays.toString(size)
              + ", expected one size a spatial axis");
    }
    if (mode == Mode.AREA) {
      return Pooling.adaptiveAverage(x, size);
    }
    List<Taps> axes = taps(x.shape(), size, scales, mode, corners);
    return Requantization.averaging(
        x,
        t -> {
          double[] v = Values.of(t);
          Shape shape = t.shape();
          for (int axis = 2; axis < shape.rank(); axis++) {
            Taps taps = axes.get(axis - 2);
            v = taps.apply(v, shape, axis);
            shape = shape.withDim(axis, taps.size());
          }
          return Values.tensor(t.dtype(), shape, v);
        });
  }

  /**
   * The gradient of {@link #resize} by what it resizes.
   *
   * @param grad of the result
   * @param x shape of what is resized
   */
  public static Tensor gradient(
      Tensor grad, Shape x, int[] size, double @Nullable [] scales, Mode mode, Corners corners) {
    if (mode == Mode.AREA) {
      return PoolingGradient.adaptiveAverage(grad, x, size.length);
    }
    List<Taps> axes = taps(x, size, scales, mode, corners);
    double[] v = Values.of(grad);
    Shape shape = grad.shape();
    for (int axis = 2; axis < x.rank(); axis++) {
      shape = shape.withDim(axis, x.dim(axis));
      v = axes.get(axis - 2).gradient(v, shape, axis);
    }
    return Values.tensor(grad.dtype(), x, v);
  }

  /** What {@link #resize} reads along each spatial axis; not of mode area. */
  public static List<Taps> taps(
      Shape x, int[] size, double @Nullable [] scales, Mode mode, Corners corners) {
    List<Taps> out = new ArrayList<>();
    for (int axis = 2; axis < x.rank(); axis++) {
      int in = x.dim(axis);
      int to = size[axis - 2];
      double step = scales == null ? (double) in / to : 1 / scales[axis - 2];
      if (corners == Corners.ALIGNED) {
        step = to > 1 ? (in - 1.0) / (to - 1) : 0;
      }
      out.add(taps(mode, corners, in, to, (float) step));
    }
    return out;
  }

  /** Output sizes that scale factors give: {@code floor(size · factor)}. */
  public static int[] scaledSize(Shape x, double[] scales) {
    int[] out = new int[scales.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) Math.floor(x.dim(i + 2) * scales[i]);
    }
    return out;
  }

  /** As {@code resize} to a given size reads an axis. */
  static Taps taps(Mode mode, Corners corners, int in, int out) {
    double step = (double) in / out;
    if (corners == Corners.ALIGNED) {
      step = out > 1 ? (in - 1.0) / (out - 1) : 0;
    }
    return taps(mode, corners, in, out, (float) step);
  }

  private static Taps taps(Mode mode, Corners corners, int in, int out, float step) {
    int[][] at = new int[out][];
    double[][] weight = new double[out][];
    for (int o = 0; o < out; o++) {
      double centre = corners == Corners.ALIGNED ? o * (double) step : (o + 0.5) * step - 0.5;
      switch (mode) {
        case NEAREST -> {
          at[o] = new int[] {(int) Math.min(Math.floor(o * step), in - 1.0)};
          weight[o] = new double[] {1};
        }
        case NEAREST_EXACT -> {
          at[o] = new int[] {(int) Math.min(Math.floor((o + 0.5f) * step), in - 1.0)};
          weight[o] = new double[] {1};
        }
        case LINEAR -> {
          double c = Math.max(centre, 0);
          int low = Math.min((int) c, in - 1);
          at[o] = new int[] {low, Math.min(low + 1, in - 1)};
          weight[o] = new double[] {1 - (c - low), c - low};
        }
        case CUBIC -> {
          int base = (int) Math.floor(centre);
          at[o] = new int[4];
          weight[o] = new double[4];
          for (int k = 0; k < 4; k++) {
            at[o][k] = Math.max(0, Math.min(in - 1, base - 1 + k));
            weight[o][k] = cubic(centre - base + 1 - k);
          }
        }
        case AREA -> throw new AssertionError("area is an adaptive pool");
      }
    }
    return new Taps(at, weight);
  }

  /** Keys' cubic kernel with a = −0.75, as PyTorch uses. */
  static double cubic(double offset) {
    double a = -0.75;
    double d = Math.abs(offset);
    return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
  }
}
