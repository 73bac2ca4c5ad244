package io.octant.reference.kernel;

import io.octant.tensor.Shape;

/**
 * The im2col view of one image: a matrix with a row for each (channel, kernel position) of a group
 * and a column for each window position. Padding reads as 0.
 */
final class Columns {
  private final ConvGeometry g;
  private final int channels;
  private final int groupChannels;
  private final int[] image;
  private final int[] kernel;
  private final int[] windows;

  /**
   * Lays out the matrix.
   *
   * @param image [N, C, spatial…]
   * @param weight [·, C / groups, kernel…], or [C, ·, kernel…] transposed: only the kernel is read
   * @param windows [·, ·, window positions…]
   */
  Columns(Shape image, Shape weight, Shape windows, ConvGeometry g) {
    this.g = g;
    this.channels = image.dim(1);
    this.groupChannels = channels / g.groups();
    this.image = spatial(image);
    this.kernel = spatial(weight);
    this.windows = spatial(windows);
  }

  private static int[] spatial(Shape s) {
    return java.util.Arrays.copyOfRange(s.toArray(), 2, s.rank());
  }

  /** Rows of the matrix. */
  int depth() {
    return groupChannels * product(kernel);
  }

  private static int product(int[] dims) {
    int p = 1;
    for (int d : dims) {
      p *= d;
    }
    return p;
  }

  /** Copies windows of the image into the matrix. */
  void read(double[] x, int sample, int group, double[] matrix) {
    forEachCell(sample, group, (cell, pixel) -> matrix[cell] = pixel < 0 ? 0 : x[pixel]);
  }

  /** Adds the matrix back into the image, the transpose of {@link #read}. */
  void scatter(double[] matrix, int sample, int group, double[] x) {
    forEachCell(
        sample,
        group,
        (cell, pixel) -> {
          if (pixel >= 0) {
            x[pixel] += matrix[cell];
          }
        });
  }

  private interface Cell {
    /** Visits a cell of the matrix and its pixel, −1 in the padding. */
    void visit(int cell, int pixel);
  }

  private void forEachCell(int sample, int group, Cell visit) {
    int imageSize = product(image);
    int kernelSize = product(kernel);
    int rows = groupChannels * kernelSize;
    int cell = 0;
    int[] offset = new int[kernel.length];
    for (int row = 0; row < rows; row++) {
      int channel = group * groupChannels + row / kernelSize;
      int rest = row % kernelSize;
      for (int axis = kernel.length - 1; axis >= 0; axis--) {
        offset[axis] = (rest % kernel[axis]) * g.dilation()[axis] - g.before()[axis];
        rest /= kernel[axis];
      }
      cell = forEachWindow(offset, (sample * channels + channel) * imageSize, cell, visit);
    }
  }

  private int forEachWindow(int[] offset, int base, int firstCell, Cell visit) {
    int rank = windows.length;
    int last = rank - 1;
    int lines = product(windows) / windows[last];
    int cell = firstCell;
    for (int line = 0; line < lines; line++) {
      int rest = line;
      int index = 0;
      int step = image[last];
      boolean inside = true;
      for (int axis = last - 1; axis >= 0; axis--) {
        int at = (rest % windows[axis]) * g.stride()[axis] + offset[axis];
        rest /= windows[axis];
        inside &= at >= 0 && at < image[axis];
        index += at * step;
        step *= image[axis];
      }
      int at = offset[last];
      for (int i = 0; i < windows[last]; i++, at += g.stride()[last]) {
        boolean hit = inside && at >= 0 && at < image[last];
        visit.visit(cell++, hit ? base + index + at : -1);
      }
    }
    return cell;
  }
}
