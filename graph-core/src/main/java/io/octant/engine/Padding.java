package io.octant.engine;

import io.octant.calibration.ObservedSamples;
import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;

/** The padding of a micro-batch, which observers never see. */
public final class Padding {
  private Padding() {}

  /**
   * What an observer sees of a value.
   *
   * @param batch where the value holds the samples
   * @param validSamples how many are no padding
   */
  public static ObservedSamples cut(Tensor value, BatchAxis batch, int validSamples) {
    return batch.exists()
        ? ObservedSamples.of(
            value, batch.axis(), batch.blocks(), batch.rowsPerSample(), validSamples)
        : ObservedSamples.shared(value, validSamples);
  }
}
