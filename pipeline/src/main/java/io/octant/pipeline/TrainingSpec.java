package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.training.TrainingSettings;
import java.util.Optional;

/**
 * A run that trains between calibration and conversion.
 *
 * @param base all that a run without training needs
 * @param data samples to train on, with labels if the loss takes them
 * @param settings how
 * @param checkpoints folder on any Hadoop file system where a training that was cut goes on; empty
 *     keeps none
 * @param checkpointEvery steps from one checkpoint to the next
 */
public record TrainingSpec(
    QuantizationSpec base,
    DataSource data,
    TrainingSettings settings,
    Optional<String> checkpoints,
    int checkpointEvery) {
  public TrainingSpec {
    if (checkpointEvery < 1) {
      throw new OctantException(
          "Cannot write a checkpoint every " + checkpointEvery + " steps, expected 1 or more");
    }
    if (settings.loss().labels() && !data.hasLabels()) {
      throw new OctantException(
          "Cannot train by labels on "
              + data.description()
              + ": it has none, expected a label column, or a loss without labels");
    }
    if (!settings.loss().labels() && !settings.hasTeacher()) {
      throw new OctantException(
          "Cannot train without a loss, expected labels or a weight of the float model above 0");
    }
  }

  /** A run without checkpoints on the way. */
  public TrainingSpec(QuantizationSpec base, DataSource data, TrainingSettings settings) {
    this(base, data, settings, Optional.empty(), 100);
  }

  /** With a folder for checkpoints. */
  public TrainingSpec withCheckpoints(String folder, int every) {
    return new TrainingSpec(base, data, settings, Optional.of(folder), every);
  }
}
