package io.octant.quantization.observer;

import io.octant.calibration.Accumulator;
import io.octant.calibration.Statistic;
import io.octant.calibration.StatisticKind;
import io.octant.calibration.TensorAccumulator;
import io.octant.calibration.ValueRange;
import io.octant.graph.Module;
import java.util.Map;
import java.util.Optional;

/**
 * An observer that can learn from statistics gathered elsewhere, in any order and number of parts:
 * the kind to calibrate with on many machines. Engines gather with {@link #newAccumulator}, states
 * hold {@link #statistic}, and {@link #merge} takes in what a state holds; the quantization
 * parameters then follow as in every {@link ActivationPostProcess}.
 *
 * <p>No PyTorch counterpart.
 *
 * @param <S> what it learns from
 */
public interface MergeableObserver<S extends Statistic<S>> {
  /** What it learns from. */
  StatisticKind<S> statistic();

  /**
   * Gathers what this observer learns from, without touching it. Called by many threads.
   *
   * @return new and empty
   */
  Accumulator<S> newAccumulator();

  /** Takes in what was seen elsewhere. */
  void merge(S statistics);

  /**
   * The range that follows from what was seen, if it takes a search: found when first asked for and
   * kept until more is seen. Empty if nothing was seen or nothing needs a search.
   */
  default Optional<ValueRange> solve() {
    return Optional.empty();
  }

  /**
   * Takes over the range that an equal observer has solved from equal statistics, to save the
   * search.
   */
  default void assumeSolved(ValueRange range) {}

  /**
   * Hears that an operator right behind clamps values to a range, so that none beyond it is of use.
   * Ignored unless a class says otherwise.
   */
  default void limitTo(ValueRange range) {}

  /**
   * Whether engines need not show it values that it counts elsewhere, see {@link RepeatedValues}.
   */
  default boolean countsOnce() {
    return false;
  }

  /** Takes in statistics whose class is not known here. */
  private void mergeAny(String path, Statistic<?> statistics) {
    if (!statistic().type().isInstance(statistics)) {
      throw new ObserverException(
          "Cannot feed statistics to observer "
              + path
              + ": "
              + statistics.kind().name()
              + ", expected "
              + statistic().name());
    }
    merge(statistic().type().cast(statistics));
  }

  /**
   * A new accumulator for any observer or fake quantize; what those of no statistic of their own
   * see is gathered as {@link io.octant.calibration.TensorStatistics}.
   */
  static Accumulator<?> newAccumulator(Module observer) {
    return observer instanceof MergeableObserver<?> m
        ? m.newAccumulator()
        : new TensorAccumulator();
  }

  /**
   * Hands statistics to the observers of a model.
   *
   * @param root the prepared model
   * @param byPath statistics by dotted path of the observer
   * @throws ObserverException if a path has no observer, or one that depends on the order of
   *     tensors, and no observer is changed then; or if one learns from other statistics
   */
  static void feed(Module root, Map<String, ? extends Statistic<?>> byPath) {
    byPath.forEach(
        (path, statistics) -> {
          if (!(root.findModule(path) instanceof MergeableObserver)) {
            throw new ObserverException(
                "Cannot feed statistics to module "
                    + path
                    + ": "
                    + root.findModule(path)
                    + ", expected an observer whose result does not depend on the order of tensors,"
                    + " such as GridHistogramObserver or MinMaxObserver");
          }
        });
    byPath.forEach((path, s) -> ((MergeableObserver<?>) root.module(path)).mergeAny(path, s));
  }
}
