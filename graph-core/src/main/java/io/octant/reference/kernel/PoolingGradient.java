package io.octant.reference.kernel;

import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Gradients of pools over the last axes. */
public final class PoolingGradient {
  private PoolingGradient() {}

  /**
   * Puts each gradient where the maximum of its window was.
   *
   * @param indices flat positions within each plane, of {@code grad}'s shape
   * @param shape of the input
   * @param axes how many axes a plane has
   */
  public static Tensor max(Tensor grad, Tensor indices, Shape shape, int axes) {
    int plane = 1;
    for (int a = 1; a <= axes; a++) {
      plane *= shape.dim(-a);
    }
    int outPlane = 1;
    for (int a = 1; a <= axes; a++) {
      outPlane *= grad.shape().dim(-a);
    }
    double[] g = Values.of(grad);
    long[] at = Values.longs(indices);
    double[] out = new double[shape.numel()];
    for (int i = 0; i < g.length; i++) {
      out[i / outPlane * plane + (int) at[i]] += g[i];
    }
    return Values.tensor(grad.dtype(), shape, out);
  }

  /** Spreads each gradient over its window of an average pool; see {@link Pooling#average}. */
  public static Tensor average(Tensor grad, Shape shape, PoolGeometry g, Pooling.Divisor divisor) {
    return spread(
        grad,
        shape,
        Windows.sliding(shape, g),
        g.padding(),
        (count, padded) -> divisor == Pooling.Divisor.INCLUDE_PADDING ? padded : count);
  }

  /** The same for an average that is divided by a given number. */
  public static Tensor average(Tensor grad, Shape shape, PoolGeometry g, int divisor) {
    return spread(grad, shape, Windows.sliding(shape, g), g.padding(), (count, padded) -> divisor);
  }

  /** Spreads each gradient over its part of an adaptive average pool over the last axes. */
  public static Tensor adaptiveAverage(Tensor grad, Shape shape, int axes) {
    int[] size = new int[axes];
    for (int a = 0; a < axes; a++) {
      size[a] = grad.shape().dim(a - axes);
    }
    return spread(
        grad, shape, Windows.adaptive(shape, size), new int[axes], (count, padded) -> count);
  }

  private interface Size {
    double of(int count, int padded);
  }

  private static Tensor spread(
      Tensor grad, Shape shape, Windows windows, int[] padding, Size size) {
    double[] g = Values.of(grad);
    double[] out = new double[shape.numel()];
    int[] next = {0};
    windows.reduce(
        out,
        padding,
        (ignored, positions, count, padded) -> {
          double share = g[next[0]++] / size.of(count, padded);
          for (int i = 0; i < count; i++) {
            out[positions[i]] += share;
          }
          return 0;
        });
    return Values.tensor(grad.dtype(), shape, out);
  }
}
