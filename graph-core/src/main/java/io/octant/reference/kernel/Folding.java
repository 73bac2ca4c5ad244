package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/**
 * {@code torch.nn.functional.unfold} and {@code fold}: the windows of an image as the columns of a
 * matrix, and the sum of such columns as an image. Padding reads as 0 and is not written.
 *
 * @param kernel height and width of a window
 * @param dilation distance between the elements of a window
 * @param padding zeros around the image
 * @param stride distance between windows
 */
public record Folding(int[] kernel, int[] dilation, int[] padding, int[] stride) {
  /** Called for each pair of a column's element and the pixel that it shows. */
  private interface Visitor {
    void visit(int column, int pixel);
  }

  /**
   * Windows as columns.
   *
   * @param x [N, C, H, W] or [C, H, W]
   * @return [N, C · kernel, windows] or without N, windows in row-major order
   */
  public Tensor unfold(Tensor x) {
    int rank = x.shape().rank();
    if (rank != 3 && rank != 4) {
      throw new OctantException(
          "Cannot unfold " + x.description() + ", expected [N, C, H, W] or [C, H, W]");
    }
    int[] size = {x.shape().dim(-2), x.shape().dim(-1)};
    int rows = x.shape().dim(-3) * kernel[0] * kernel[1];
    int images = rank == 3 ? 1 : x.shape().dim(0);
    double[] v = Values.of(x);
    double[] out = new double[images * rows * windows(size)];
    walk(images * x.shape().dim(-3), size, (column, pixel) -> out[column] = v[pixel]);
    Shape shape = Shape.of(images, rows, windows(size));
    return Values.tensor(x.dtype(), rank == 4 ? shape : withoutBatch(shape), out);
  }

  /**
   * The sum of columns at the places of their windows.
   *
   * @param x [N, C · kernel, windows] or without N
   * @param size height and width of the image
   * @return [N, C, H, W] or [C, H, W]
   */
  public Tensor fold(Tensor x, int... size) {
    int rank = x.shape().rank();
    int area = kernel[0] * kernel[1];
    if ((rank != 2 && rank != 3) || x.shape().dim(-2) % area != 0) {
      throw new OctantException(
          "Cannot fold "
              + x.description()
              + ", expected [N, C * "
              + area
              + ", windows], or without N, for a kernel of "
              + Arrays.toString(kernel));
    }
    if (x.shape().dim(-1) != windows(size)) {
      throw new OctantException(
          "Cannot fold "
              + x.description()
              + " into an image of "
              + Arrays.toString(size)
              + ", expected "
              + windows(size)
              + " windows on the last axis");
    }
    int images = rank == 2 ? 1 : x.shape().dim(0);
    int channels = x.shape().dim(-2) / area;
    double[] v = Values.of(x);
    double[] out = new double[images * channels * size[0] * size[1]];
    walk(images * channels, size, (column, pixel) -> out[pixel] += v[column]);
    Shape shape = Shape.of(images, channels, size[0], size[1]);
    return Values.tensor(x.dtype(), rank == 3 ? shape : withoutBatch(shape), out);
  }

  private static Shape withoutBatch(Shape shape) {
    return Shape.of(Arrays.copyOfRange(shape.toArray(), 1, shape.rank()));
  }

  private int windows(int[] size) {
    return windows(size, 0) * windows(size, 1);
  }

  private int windows(int[] size, int axis) {
    int room = size[axis] + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    if (room < 0) {
      throw new OctantException(
          "Cannot slide a kernel of "
              + Arrays.toString(kernel)
              + " over an image of "
              + Arrays.toString(size)
              + ", expected the padded image to hold it");
    }
    return room / stride[axis] + 1;
  }

  private void walk(int planes, int[] size, Visitor visitor) {
    int columns = windows(size, 1);
    int windows = windows(size);
    int area = kernel[0] * kernel[1];
    for (int plane = 0; plane < planes; plane++) {
      for (int k = 0; k < area; k++) {
        for (int w = 0; w < windows; w++) {
          int row = at(0, w / columns, k / kernel[1]);
          int column = at(1, w % columns, k % kernel[1]);
          if (row >= 0 && row < size[0] && column >= 0 && column < size[1]) {
            visitor.visit(
                (plane * area + k) * windows + w, (plane * size[0] + row) * size[1] + column);
          }
        }
      }
    }
  }

  private int at(int axis, int window, int offset) {
    return window * stride[axis] - padding[axis] + offset * dilation[axis];
  }
}
