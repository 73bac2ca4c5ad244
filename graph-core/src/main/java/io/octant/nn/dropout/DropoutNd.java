package io.octant.nn.dropout;

import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;

/**
 * In training, zeroes elements or whole channels with probability p and scales the others by {@code
 * 1 / (1 − p)}; otherwise returns its input. The sequence of masks follows from the seed alone,
 * which PyTorch takes from its global generator instead.
 */
public abstract class DropoutNd extends InplaceModule {
  private final double p;
  private final long seed;
  private final int keptAxes;
  private int calls;

  /**
   * A dropout.
   *
   * @param keptAxes leading axes that are masked apart from each other; what is inside goes
   *     together
   */
  DropoutNd(double p, long seed, int keptAxes) {
    if (!(p >= 0 && p <= 1)) {
      throw new io.octant.OctantException(
          "Cannot configure dropout: probability " + p + ", expected 0 to 1");
    }
    this.p = p;
    this.seed = seed;
    this.keptAxes = keptAxes;
  }

  /** The probability of dropping. */
  public final double p() {
    return p;
  }

  @Override
  public Tensor forward(Tensor input) {
    if (!isTraining() || p == 0) {
      return input;
    }
    Random random = new Random(seed + 0x9E3779B97F4A7C15L * ++calls);
    double[] v = Values.of(input);
    int axes = Math.min(keptAxes, input.shape().rank());
    int together = axes == 0 ? 1 : input.shape().strides()[axes - 1];
    for (int from = 0; from < v.length; from += together) {
      boolean drop = random.nextDouble() < p;
      for (int i = from; i < from + together; i++) {
        v[i] = drop ? dropped(v[i]) : kept(v[i]);
      }
    }
    return Values.tensor(input.dtype(), input.shape(), v);
  }

  /** What training makes of an element that is dropped. */
  double dropped(double value) {
    return value * 0;
  }

  /** What training makes of an element that is kept. */
  double kept(double value) {
    return value * (1 / (1 - p));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("p", p, "inplace", inplace());
  }
}
