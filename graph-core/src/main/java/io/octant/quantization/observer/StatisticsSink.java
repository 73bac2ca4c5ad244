package io.octant.quantization.observer;

import io.octant.calibration.TensorStatistics;
import io.octant.graph.Module;
import java.util.Map;

/**
 * An observer that can learn from statistics gathered elsewhere, in any order and number of parts.
 * Such statistics leave NaN and infinities out of the range.
 *
 * <p>No PyTorch counterpart.
 */
public interface StatisticsSink {
  /** Takes in what was seen elsewhere. */
  void merge(TensorStatistics statistics);

  /**
   * Hands statistics to the observers of a model.
   *
   * @param root the prepared model
   * @param byPath statistics by dotted path of the observer
   * @throws ObserverException if a path has no observer, or one that depends on the order of
   *     tensors; no observer is changed then
   */
  static void feed(Module root, Map<String, TensorStatistics> byPath) {
    byPath.forEach(
        (path, statistics) -> {
          if (!(root.findModule(path) instanceof StatisticsSink)) {
            throw new ObserverException(
                "Cannot feed statistics to module "
                    + path
                    + ": "
                    + root.findModule(path)
                    + ", expected an observer whose result does not depend on the order of tensors,"
                    + " such as GridHistogramObserver or MinMaxObserver");
          }
        });
    byPath.forEach((path, s) -> ((StatisticsSink) root.module(path)).merge(s));
  }
}
