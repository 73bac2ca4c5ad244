package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Random;

/** Random tensors and comparisons. */
final class Tensors {
  private Tensors() {}

  static Tensor normal(Random random, int... dims) {
    float[] out = new float[Shape.of(dims).numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return Tensor.of(out, dims);
  }

  /** 0, 1, 2 … in a type of integers. */
  static Tensor integers(DType dtype, int... dims) {
    int[] out = new int[Shape.of(dims).numel()];
    java.util.Arrays.setAll(out, i -> i % 100);
    return Tensor.of(dtype, Shape.of(dims), out);
  }

  static Tensor longs(long... values) {
    return Tensor.of(DType.INT64, Shape.of(values.length), values);
  }

  /** Equal type and shape; floats within a tolerance relative to the largest value. */
  static void assertClose(Tensor actual, Tensor expected, double tolerance, String what) {
    assertThat(actual.dtype()).as(what).isEqualTo(expected.dtype());
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    double largest = 1e-30;
    double worst = 0;
    for (int i = 0; i < expected.numel(); i++) {
      double e = expected.doubleAt(i);
      double a = actual.doubleAt(i);
      if (Double.isFinite(e)) {
        largest = Math.max(largest, Math.abs(e));
      }
      double difference = a == e || (Double.isNaN(a) && Double.isNaN(e)) ? 0 : Math.abs(a - e);
      worst = Math.max(worst, Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference);
    }
    assertThat(worst).as(what + ": largest difference").isLessThanOrEqualTo(tolerance * largest);
  }
}
