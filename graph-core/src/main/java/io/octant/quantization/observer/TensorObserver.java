package io.octant.quantization.observer;

import io.octant.calibration.Accumulator;
import io.octant.calibration.StatisticKind;
import io.octant.calibration.TensorAccumulator;
import io.octant.calibration.TensorStatistics;

/**
 * An observer that learns from {@link TensorStatistics}, which leave NaN and infinities out of the
 * range.
 */
interface TensorObserver extends MergeableObserver<TensorStatistics> {
  @Override
  default StatisticKind<TensorStatistics> statistic() {
    return TensorStatistics.KIND;
  }

  @Override
  default Accumulator<TensorStatistics> newAccumulator() {
    return new TensorAccumulator();
  }
}
