package io.octant.engine;

import io.octant.calibration.ObservedSamples;
import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;

/** The padding of a micro-batch, which observers never see. */
public final class Padding {
  private Padding() {}

  /** The samples of a micro-batch: the size of axis 0 of the first input that has axes, else 1. */
  public static int batch(List<TensorSpec> inputs) {
    return inputs.stream()
        .filter(s -> s.shape().rank() > 0)
        .mapToInt(s -> s.shape().dim(0))
        .findFirst()
        .orElse(1);
  }

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
