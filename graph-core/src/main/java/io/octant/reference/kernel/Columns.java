package io.octant.reference.kernel;

import io.octant.tensor.Shape;
import java.util.Arrays;

/**
 * The im2col view of one group of one image: a matrix with a row for each kernel position and,
 * within it, each channel, and a column for each window. Padding reads as 0.
 */
final class Columns {
  private final int channels;
  private final int groupChannels;
  private final int imageSize;
  private final int kernelSize;

  /** Pixel of each cell relative to the group's first, −1 in the padding. */
  private final int[] pixels;

  /**
   * Lays out the matrix.
   *
   * @param image [N, C, spatial…]
   * @param weight [·, ·, kernel…]: only the kernel is read
   * @param windows [·, ·, windows…]
   */
  Columns(Shape image, Shape weight, Shape windows, ConvGeometry g) {
    int[] size = spatial(image);
    int[] kernel = spatial(weight);
    int[] counts = spatial(windows);
    this.channels = image.dim(1);
    this.groupChannels = channels / g.groups();
    this.imageSize = product(size);
    this.kernelSize = product(kernel);
    int columns = product(counts);
    this.pixels = new int[kernelSize * groupChannels * columns];
    for (int position = 0; position < kernelSize; position++) {
      int[] line = windowPixels(position, size, kernel, counts, g);
      for (int c = 0; c < groupChannels; c++) {
        int row = (position * groupChannels + c) * columns;
        for (int i = 0; i < columns; i++) {
          pixels[row + i] = line[i] < 0 ? -1 : c * imageSize + line[i];
        }
      }
    }
  }

  /** Pixel of one channel that each window reads at one kernel position. */
  private static int[] windowPixels(
      int position, int[] size, int[] kernel, int[] counts, ConvGeometry g) {
    int[] out = new int[product(counts)];
    for (int i = 0; i < out.length; i++) {
      int window = i;
      int offset = position;
      int pixel = 0;
      int step = 1;
      for (int axis = size.length - 1; axis >= 0; axis--) {
        int at =
            (window % counts[axis]) * g.stride()[axis]
                + (offset % kernel[axis]) * g.dilation()[axis]
                - g.before()[axis];
        window /= counts[axis];
        offset /= kernel[axis];
        pixel = pixel < 0 || at < 0 || at >= size[axis] ? -1 : pixel + at * step;
        step *= size[axis];
      }
      out[i] = pixel;
    }
    return out;
  }

  private static int[] spatial(Shape s) {
    return Arrays.copyOfRange(s.toArray(), 2, s.rank());
  }

  private static int product(int[] dims) {
    int p = 1;
    for (int d : dims) {
      p *= d;
    }
    return p;
  }

  /** Rows of the matrix. */
  int depth() {
    return groupChannels * kernelSize;
  }

  /** An empty matrix. */
  double[] matrix() {
    return new double[pixels.length];
  }

  /** Copies windows of an image into the matrix. */
  void read(double[] x, int sample, int group, double[] matrix) {
    int base = (sample * channels + group * groupChannels) * imageSize;
    for (int i = 0; i < pixels.length; i++) {
      matrix[i] = pixels[i] < 0 ? 0 : x[base + pixels[i]];
    }
  }

  /** Adds the matrix into an image, the transpose of {@link #read}. */
  void scatter(double[] matrix, int sample, int group, double[] x) {
    int base = (sample * channels + group * groupChannels) * imageSize;
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i] >= 0) {
        x[base + pixels[i]] += matrix[i];
      }
    }
  }

  /** Weights [outer, channels of a group, kernel…] in the order of the rows. */
  double[] inRowOrder(double[] weight) {
    double[] out = new double[weight.length];
    int depth = depth();
    for (int i = 0; i < out.length; i++) {
      int within = i % depth;
      int to = (within % kernelSize) * groupChannels + within / kernelSize;
      out[i - within + to] = weight[i];
    }
    return out;
  }

  /** The inverse of {@link #inRowOrder}. */
  double[] fromRowOrder(double[] rows) {
    double[] out = new double[rows.length];
    int depth = depth();
    for (int i = 0; i < out.length; i++) {
      int within = i % depth;
      int from = (within % kernelSize) * groupChannels + within / kernelSize;
      out[i] = rows[i - within + from];
    }
    return out;
  }
}
