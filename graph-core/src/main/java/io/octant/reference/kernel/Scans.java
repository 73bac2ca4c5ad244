package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** {@code torch.cumsum} and {@code cumprod}: each element combined with those before it. */
public final class Scans {
  private Scans() {}

  /** Running sums along an axis, in double precision; bool and integers give int64. */
  public static Tensor sum(Tensor x, int axis) {
    return scan(x, axis, Double::sum, Long::sum);
  }

  /** Running products along an axis, in double precision; bool and integers give int64. */
  public static Tensor product(Tensor x, int axis) {
    return scan(x, axis, (a, b) -> a * b, (a, b) -> a * b);
  }

  private static Tensor scan(
      Tensor x, int axis, DoubleBinaryOperator onFloats, LongBinaryOperator onIntegers) {
    boolean scalar = x.shape().rank() == 0;
    int size = scalar ? 1 : x.shape().dim(axis);
    int inner = scalar ? 1 : x.shape().strides()[x.shape().axis(axis)];
    if (x.dtype().isFloatingPoint()) {
      double[] v = Values.of(x);
      for (int i = 0; i < v.length; i++) {
        v[i] = i / inner % size == 0 ? v[i] : onFloats.applyAsDouble(v[i - inner], v[i]);
      }
      return Values.tensor(x.dtype(), x.shape(), v);
    }
    long[] v = Values.longs(Values.cast(x, DType.INT64)).clone();
    for (int i = 0; i < v.length; i++) {
      v[i] = i / inner % size == 0 ? v[i] : onIntegers.applyAsLong(v[i - inner], v[i]);
    }
    return Tensor.of(DType.INT64, x.shape(), v);
  }
}
