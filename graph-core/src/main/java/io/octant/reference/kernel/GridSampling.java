package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * {@code torch.nn.functional.grid_sample}: values of an image or volume at positions of a grid,
 * which runs from −1 to 1 on each axis. Positions are computed in float32, as PyTorch does.
 *
 * @param mode bilinear, nearest or bicubic (a = −0.75, images only)
 * @param padding zeros, border or reflection: what is read outside
 * @param aligned whether −1 and 1 are the centres of the outer elements, or their outer edges
 */
public record GridSampling(String mode, String padding, boolean aligned) {
  /** Positions that one axis reads, −1 for a zero, and their weights. */
  private record Reads(int[] at, double[] weight) {}

  /**
   * Samples.
   *
   * @param x [N, C, spatial…]
   * @param grid [N, output…, axes], the last spatial axis first
   * @return [N, C, output…]
   */
  public Tensor sample(Tensor x, Tensor grid) {
    int axes = x.shape().rank() - 2;
    boolean fits =
        (axes == 2 || (axes == 3 && !mode.equals("bicubic")))
            && grid.shape().rank() == axes + 2
            && grid.shape().dim(-1) == axes
            && grid.shape().dim(0) == x.shape().dim(0);
    if (!fits) {
      throw new OctantException(
          "Cannot sample "
              + x.description()
              + " in mode "
              + mode
              + " at grid "
              + grid.description()
              + ", expected [N, C, two or three axes] and [N, as many axes, their number]");
    }
    int n = x.shape().dim(0);
    int channels = x.shape().dim(1);
    int[] dims = grid.shape().toArray();
    int[] size = new int[axes];
    int plane = 1;
    int points = 1;
    for (int i = 0; i < axes; i++) {
      size[i] = x.shape().dim(i + 2);
      plane *= size[i];
      points *= dims[i + 1];
    }
    double[] v = Values.of(x);
    double[] g = Values.of(grid);
    double[] out = new double[n * channels * points];
    Reads[] reads = new Reads[axes];
    for (int p = 0; p < n * points; p++) {
      for (int a = 0; a < axes; a++) {
        reads[a] = reads((float) g[p * axes + axes - 1 - a], size[a]);
      }
      for (int c = 0; c < channels; c++) {
        int from = (p / points * channels + c) * plane;
        out[(p / points * channels + c) * points + p % points] = sum(v, from, size, reads, 0);
      }
    }
    int[] shape = new int[axes + 2];
    shape[0] = n;
    shape[1] = channels;
    System.arraycopy(dims, 1, shape, 2, axes);
    return Values.tensor(x.dtype(), Shape.of(shape), out);
  }

  private static double sum(double[] v, int from, int[] size, Reads[] reads, int axis) {
    if (axis == size.length) {
      return v[from];
    }
    int stride = 1;
    for (int a = axis + 1; a < size.length; a++) {
      stride *= size[a];
    }
    Reads r = reads[axis];
    double sum = 0;
    for (int k = 0; k < r.at.length; k++) {
      if (r.at[k] >= 0) {
        sum += r.weight[k] * sum(v, from + r.at[k] * stride, size, reads, axis + 1);
      }
    }
    return sum;
  }

  private Reads reads(float position, int size) {
    float at = aligned ? (position + 1) / 2 * (size - 1) : ((position + 1) * size - 1) / 2;
    if (mode.equals("bicubic")) {
      double base = Math.floor(at);
      int[] from = new int[4];
      double[] weight = new double[4];
      for (int k = 0; k < 4; k++) {
        from[k] = inside(moved((float) (base - 1 + k), size), size);
        weight[k] = Interpolation.cubic(at - base + 1 - k);
      }
      return new Reads(from, weight);
    }
    float seen = moved(at, size);
    if (mode.equals("nearest")) {
      return new Reads(new int[] {inside(Math.rint(seen), size)}, new double[] {1});
    }
    double base = Math.floor(seen);
    double part = seen - base;
    return new Reads(
        new int[] {inside(base, size), inside(base + 1, size)}, new double[] {1 - part, part});
  }

  /** −1 for a position outside, or none (NaN). */
  private static int inside(double at, int size) {
    return at >= 0 && at < size ? (int) at : -1;
  }

  private float moved(float at, int size) {
    return switch (padding) {
      case "zeros" -> at;
      case "border" -> Math.max(0, Math.min(at, size - 1));
      default -> {
        double low = aligned ? 0 : -0.5;
        double span = aligned ? size - 1 : size;
        if (span <= 0) {
          yield 0;
        }
        double far = Math.abs(at - low);
        double rest = far % span;
        boolean back = (long) Math.floor(far / span) % 2 != 0;
        double in = (back ? span - rest : rest) + low;
        yield (float) Math.max(0, Math.min(in, size - 1));
      }
    };
  }
}
