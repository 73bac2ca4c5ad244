package io.octant.jobs.bench;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Made-up inputs for measurements: the same in every run. */
final class SampleInputs {

  private SampleInputs() {}

  /**
   * Floats from a standard normal distribution with seed 0; integers are 1, which every vocabulary
   * has.
   */
  static List<Tensor> of(List<TensorSpec> specs) {
    Random random = new Random(0);
    return specs.stream().map(spec -> of(spec, random)).toList();
  }

  private static Tensor of(TensorSpec spec, Random random) {
    DType dtype = spec.dtype();
    Shape shape = spec.shape();
    int n = shape.numel();
    return switch (dtype.storage()) {
      case FLOATS -> {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
          values[i] = (float) random.nextGaussian();
        }
        yield Tensor.of(dtype, shape, values);
      }
      case DOUBLES -> Tensor.of(dtype, shape, random.doubles(n).toArray());
      case INTS -> {
        int[] values = new int[n];
        Arrays.fill(values, 1);
        yield Tensor.of(dtype, shape, values);
      }
      case LONGS -> {
        long[] values = new long[n];
        Arrays.fill(values, 1);
        yield Tensor.of(dtype, shape, values);
      }
    };
  }
}
