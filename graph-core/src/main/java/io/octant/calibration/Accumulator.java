package io.octant.calibration;

import java.util.function.Function;

/**
 * Gathers a statistic on one thread of an engine. Not thread-safe. No PyTorch counterpart.
 *
 * @param <S> what is gathered
 */
public interface Accumulator<S extends Statistic<S>> {
  /** Adds the samples of one run. */
  void add(ObservedSamples samples);

  /** What was added since the last call, the neutral element if that is nothing; starts anew. */
  S drain();

  /**
   * One that makes a statistic of each run and sums them up.
   *
   * @param neutral what nothing gives
   * @param of the statistic of one run; heeds {@link ObservedSamples#times}
   */
  static <S extends Statistic<S>> Accumulator<S> summing(
      S neutral, Function<ObservedSamples, S> of) {
    return new Accumulator<>() {
      private S sum = neutral;

      @Override
      public void add(ObservedSamples samples) {
        sum = sum.plus(of.apply(samples));
      }

      @Override
      public S drain() {
        S out = sum;
        sum = neutral;
        return out;
      }
    };
  }
}
