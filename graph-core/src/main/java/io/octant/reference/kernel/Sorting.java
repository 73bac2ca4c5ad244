package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * {@code torch.sort}, {@code argsort} and {@code topk} along one axis. NaN counts as larger than
 * any number, and equal elements keep their order. A quantized tensor keeps its qparams.
 */
public final class Sorting {
  /** Which elements come first. */
  public enum Order {
    ASCENDING,
    DESCENDING
  }

  /**
   * Elements in their new order.
   *
   * @param positions where each was on the axis, int64
   */
  public record Sorted(Tensor values, Tensor positions) {}

  private Sorting() {}

  /** All elements of the axis in order. */
  public static Sorted sort(Tensor x, int axis, Order order) {
    return first(x, size(x, axis), axis, order);
  }

  private static int size(Tensor x, int axis) {
    return x.shape().rank() == 0 ? 1 : x.shape().dim(axis);
  }

  /** The first {@code count} elements of the axis in order. */
  public static Sorted first(Tensor x, int count, int axis, Order order) {
    int size = size(x, axis);
    if (count < 0 || count > size) {
      throw new OctantException(
          "Cannot take the first "
              + count
              + " along axis "
              + axis
              + " of "
              + x.description()
              + ", expected 0 to "
              + size);
    }
    boolean scalar = x.shape().rank() == 0;
    Shape shape = scalar ? x.shape() : x.shape().withDim(axis, count);
    int inner = scalar ? 1 : x.shape().strides()[x.shape().axis(axis)];
    double[] v = Values.of(x);
    int[] from = new int[shape.numel()];
    long[] positions = new long[from.length];
    for (int line = 0; line < (size == 0 ? 0 : v.length / size); line++) {
      int start = line / inner * size * inner + line % inner;
      int[] sorted = sorted(v, start, inner, size, order);
      int to = line / inner * count * inner + line % inner;
      for (int i = 0; i < count; i++) {
        from[to + i * inner] = start + sorted[i] * inner;
        positions[to + i * inner] = sorted[i];
      }
    }
    return new Sorted(Strided.gather(x, shape, from), Tensor.of(DType.INT64, shape, positions));
  }

  /** Positions of a line of elements in order. */
  private static int[] sorted(double[] v, int start, int step, int size, Order order) {
    Comparator<Integer> ascending = (a, b) -> compare(v[start + a * step], v[start + b * step]);
    return IntStream.range(0, size)
        .boxed()
        .sorted(order == Order.ASCENDING ? ascending : ascending.reversed())
        .mapToInt(i -> i)
        .toArray();
  }

  /** Unlike {@link Double#compare}, −0 equals 0. */
  static int compare(double a, double b) {
    return a == b ? 0 : Double.compare(a, b);
  }
}
