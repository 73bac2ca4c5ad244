package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;

/** New tensors. */
public final class Creation {
  private Creation() {}

  /** A tensor of one value. */
  public static Tensor full(DType dtype, Shape shape, double value) {
    double[] v = new double[shape.numel()];
    Arrays.fill(v, value);
    return Values.tensor(dtype, shape, v);
  }

  /** A tensor of one value with the type (and qparams) of another. */
  public static Tensor full(Tensor like, Shape shape, double value) {
    return like.isQuantized()
        ? Requantization.sameQParams(like, full(DType.FLOAT32, shape, value))
        : full(like.dtype(), shape, value);
  }

  /** {@code start, start + step, …} below {@code end}. */
  public static Tensor range(DType dtype, double start, double end, double step) {
    int n = (int) Math.max(0, Math.ceil((end - start) / step));
    double[] v = new double[n];
    for (int i = 0; i < n; i++) {
      v[i] = start + i * step;
    }
    return Values.tensor(dtype, Shape.of(n), v);
  }
}
