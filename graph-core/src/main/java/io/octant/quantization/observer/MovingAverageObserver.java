package io.octant.quantization.observer;

/**
 * An observer of exponentially averaged extrema, the only kind that a fused fake quantize takes.
 */
public interface MovingAverageObserver {
  /** Weight of the newest tensor. */
  double averagingConstant();
}
