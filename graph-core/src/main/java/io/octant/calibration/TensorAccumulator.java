package io.octant.calibration;

/** Gathers {@link TensorStatistics}. No PyTorch counterpart. */
public final class TensorAccumulator implements Accumulator<TensorStatistics> {
  private TensorStatistics statistics = new TensorStatistics();

  @Override
  public void add(ObservedSamples samples) {
    if (samples.times() == 1) {
      samples.forEachRun(statistics::update);
      return;
    }
    TensorStatistics once = new TensorStatistics();
    samples.forEachRun(once::update);
    statistics.merge(once, samples.times());
  }

  @Override
  public TensorStatistics drain() {
    TensorStatistics out = statistics;
    statistics = new TensorStatistics();
    return out;
  }
}
