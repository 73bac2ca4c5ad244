package io.octant.pipeline.calibration;

import java.util.List;

/**
 * A calibration, and what of it was there already.
 *
 * @param total what the observers saw of all samples
 * @param samplesComputed samples that were run
 * @param splitsComputed splits that were run and whose states are kept now; 0 if none is to be kept
 * @param splitsReused splits whose states were kept by earlier runs
 * @param splitsLost of those that were run, how many have no state that the driver finds: their
 *     executors keep them where nobody else looks
 * @param damaged a message for each kept file that was not what its name says and was made anew
 */
public record KeptCalibration(
    PartitionState total,
    long samplesComputed,
    int splitsComputed,
    int splitsReused,
    int splitsLost,
    List<String> damaged) {
  public KeptCalibration {
    damaged = List.copyOf(damaged);
  }

  /** A calibration that keeps nothing and finds nothing. */
  static KeptCalibration anew(PartitionState total) {
    return new KeptCalibration(total, total.counts().samples(), 0, 0, 0, List.of());
  }
}
