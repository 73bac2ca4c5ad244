package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * ONNX' RoiAlign: regions of images as [height, width], each element the mean or maximum of
 * bilinear samples of its part.
 *
 * @param maximum largest weighted neighbour of all samples instead of the mean of samples
 * @param samples on each axis of a part; 0 takes as many as the part has elements
 * @param scale of the regions' coordinates to elements
 * @param aligned shifts the coordinates by half an element; otherwise regions are 1 wide at least
 */
public record RoiAlignment(
    boolean maximum, int height, int width, int samples, double scale, boolean aligned) {
  /**
   * Pools.
   *
   * @param x [N, C, H, W]
   * @param regions [R, 4]: left, top, right, bottom
   * @param images [R], the image of each region
   * @return [R, C, height, width]
   */
  public Tensor pool(Tensor x, Tensor regions, Tensor images) {
    int count = images.numel();
    if (x.shape().rank() != 4 || regions.numel() != 4 * count || height < 1 || width < 1) {
      throw new OctantException(
          "Cannot align regions "
              + regions.description()
              + " of "
              + x.description()
              + ", expected [N, C, H, W], four numbers for each of "
              + count
              + " images and a size");
    }
    int channels = x.shape().dim(1);
    double[] v = Values.of(x);
    double[] r = Values.of(regions);
    double[] out = new double[count * channels * height * width];
    int plane = x.shape().dim(2) * x.shape().dim(3);
    double shift = aligned ? 0.5 : 0;
    for (int i = 0; i < count; i++) {
      int image = Positions.inside("read", images.longAt(i), 0, x.shape().dim(0), x);
      double left = r[4 * i] * scale - shift;
      double top = r[4 * i + 1] * scale - shift;
      double wide = extent(r[4 * i + 2] * scale - shift - left);
      double high = extent(r[4 * i + 3] * scale - shift - top);
      for (int c = 0; c < channels; c++) {
        int from = (image * channels + c) * plane;
        for (int p = 0; p < height * width; p++) {
          double y = top + p / width * (high / height);
          double z = left + p % width * (wide / width);
          out[(i * channels + c) * height * width + p] =
              part(v, from, x.shape(), y, z, high / height, wide / width);
        }
      }
    }
    return Values.tensor(x.dtype(), Shape.of(count, channels, height, width), out);
  }

  private double extent(double size) {
    return aligned ? size : Math.max(size, 1);
  }

  private double part(
      double[] v, int from, Shape shape, double y, double x, double high, double wide) {
    int rows = samples > 0 ? samples : (int) Math.ceil(high);
    int columns = samples > 0 ? samples : (int) Math.ceil(wide);
    double sum = 0;
    double largest = rows * columns > 0 ? Double.NEGATIVE_INFINITY : 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double[] seen =
            neighbours(
                v,
                from,
                shape.dim(2),
                shape.dim(3),
                y + (i + 0.5) * high / rows,
                x + (j + 0.5) * wide / columns);
        for (double one : seen) {
          sum += one;
          largest = Math.max(largest, one);
        }
      }
    }
    return maximum ? largest : sum / Math.max(1, rows * columns);
  }

  /** The four elements around a position, each by its weight; zeros more than 1 outside. */
  private static double[] neighbours(
      double[] v, int from, int height, int width, double y, double x) {
    if (!(y >= -1 && y <= height && x >= -1 && x <= width)) {
      return new double[4];
    }
    double row = Math.max(0, Math.min(y, height - 1));
    double column = Math.max(0, Math.min(x, width - 1));
    int top = (int) row;
    int left = (int) column;
    int bottom = Math.min(top + 1, height - 1);
    int right = Math.min(left + 1, width - 1);
    double down = row - top;
    double along = column - left;
    return new double[] {
      (1 - down) * (1 - along) * v[from + top * width + left],
      (1 - down) * along * v[from + top * width + right],
      down * (1 - along) * v[from + bottom * width + left],
      down * along * v[from + bottom * width + right]
    };
  }
}
