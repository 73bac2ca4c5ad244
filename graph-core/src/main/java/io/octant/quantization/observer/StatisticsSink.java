package io.octant.quantization.observer;

import io.octant.calibration.TensorStatistics;

/**
 * An observer that can learn from statistics gathered elsewhere, in any order and number of parts.
 * Such statistics leave NaN and infinities out of the range.
 */
public interface StatisticsSink {
  /** Takes in what was seen elsewhere. */
  void merge(TensorStatistics statistics);
}
