package io.octant.quantization.observer;

import io.octant.tensor.Tensor;

/**
 * An observer of exponentially averaged extrema, the only kind that a fused fake quantize takes.
 *
 * <p>PyTorch asserts the same of the observer of {@code FusedMovingAvgObsFakeQuantize}.
 */
public interface MovingAverageObserver {
  /** Weight of the newest tensor. */
  double averagingConstant();

  /**
   * Observes as the operator {@code fused_moving_avg_obs_fake_quant} does: a bound that is infinite
   * starts anew with this tensor, each on its own, where {@code observe} starts once.
   *
   * @throws ObserverException if the tensor does not have the channels seen so far
   */
  void observeFused(Tensor x);

  /** A bound of the fused operator after one more tensor. */
  static float restarting(float average, float current, float rate) {
    return Float.isInfinite(average) ? current : average + rate * (current - average);
  }
}
