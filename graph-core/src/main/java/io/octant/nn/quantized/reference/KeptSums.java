package io.octant.nn.quantized.reference;

import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * Rounds the weights of a layer so that the integers of each output channel sum up to about what
 * its weights sum up to. Rounding each to the nearest lets the errors of a channel add up, and what
 * they add up to is multiplied by the mean of the inputs: a constant error of the channel, which
 * for the nine weights of a depthwise convolution can exceed its signal. The weights next to the
 * middle between two integers take the other one; see {@code docs/quantization-model.md}.
 */
public final class KeptSums {
  /**
   * A sum that is off by no more than this share is let be: each weight that is not rounded to the
   * nearest costs something, too.
   */
  private static final double TOLERATED = 0.05;

  private KeptSums() {}

  /**
   * A weight whose rounding to the nearest integers keeps the sums.
   *
   * @param weight float {@code [out, …]}
   * @param q its parameters, per tensor or by output channel; such with zero points other than 0
   *     leave the weight as it is
   * @return float of the same shape, changed where another integer is taken
   */
  public static Tensor of(Tensor weight, WeightQParams q) {
    if (!q.isQuantized() || q.axis() != 0 || hasZeroPoints(q)) {
      return weight;
    }
    QRange range = q.range() == null ? QRange.of(q.dtype()) : q.range();
    float[] scales = q.scale().floats();
    int[] integers = q.quantize(weight).ints();
    float[] values = weight.floats().clone();
    int taps = values.length / Math.max(1, weight.shape().dim(0));
    for (int channel = 0; channel * taps < values.length; channel++) {
      float scale = scales[scales.length == 1 ? 0 : channel];
      keep(values, integers, channel * taps, (channel + 1) * taps, scale, range);
    }
    return Tensor.of(weight.dtype(), weight.shape(), values);
  }

  private static boolean hasZeroPoints(WeightQParams q) {
    return IntStream.range(0, q.zeroPoint().numel()).anyMatch(i -> q.zeroPoint().doubleAt(i) != 0);
  }

  private static void keep(
      float[] values, int[] integers, int from, int to, float scale, QRange range) {
    double drift = 0;
    double sum = 0;
    for (int i = from; i < to; i++) {
      drift += integers[i] - values[i] / (double) scale;
      sum += values[i] / (double) scale;
    }
    if (Math.abs(drift) <= TOLERATED * Math.abs(sum)) {
      return;
    }
    int steps = (int) Math.min(to - from, Math.abs(Math.rint(drift)));
    if (steps == 0) {
      return;
    }
    int sign = drift > 0 ? 1 : -1;
    double[] errors = new double[to - from];
    for (int i = from; i < to; i++) {
      errors[i - from] =
          range.contains(integers[i] - sign)
              ? sign * error(values, integers, i, scale)
              : Double.NEGATIVE_INFINITY;
    }
    double least = least(errors, steps);
    // Of those that are as near as the last one that is taken, the first.
    int left = steps - (int) Arrays.stream(errors).filter(e -> e > least).count();
    for (int i = from; i < to; i++) {
      double error = errors[i - from];
      if (error > least || error == least && left-- > 0) {
        values[i] = (integers[i] - sign) * scale;
      }
    }
  }

  /** The smallest of so many largest errors, those of weights that cannot move apart. */
  private static double least(double[] errors, int most) {
    PriorityQueue<Double> largest = new PriorityQueue<>(most + 1);
    for (double error : errors) {
      if (largest.size() < most || error > largest.element()) {
        largest.add(error);
      }
      if (largest.size() > most) {
        largest.remove();
      }
    }
    return Math.max(largest.element(), -Double.MAX_VALUE);
  }

  private static double error(float[] values, int[] integers, int i, float scale) {
    return integers[i] - values[i] / (double) scale;
  }
}
