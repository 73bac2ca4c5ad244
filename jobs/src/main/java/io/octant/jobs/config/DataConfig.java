package io.octant.jobs.config;

import io.octant.pipeline.data.NonFinite;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a job reads.
 *
 * @param batch samples of one forward pass
 * @param partitions tasks that read the data; empty leaves it to the size of the files
 * @param nonFinite what to do about NaN and infinities
 */
public record DataConfig(
    int batch,
    OptionalInt partitions,
    NonFinite nonFinite,
    SourceConfig calibration,
    Optional<EvaluationConfig> evaluation) {

  static DataConfig of(Settings settings) {
    return new DataConfig(
        settings.value(Keys.DATA_BATCH),
        SourceConfig.whole(settings.find(Keys.DATA_PARTITIONS)),
        settings.value(Keys.DATA_NON_FINITE),
        new SourceConfig(
            settings.value(Keys.CALIBRATION_PATH),
            settings.value(Keys.CALIBRATION_FORMAT),
            settings.value(Keys.CALIBRATION_COLUMNS),
            SourceConfig.whole(settings.find(Keys.CALIBRATION_LIMIT)),
            settings.find(Keys.CALIBRATION_FILTER),
            SampleConfig.of(
                settings,
                Keys.CALIBRATION_SAMPLE_FRACTION,
                Keys.CALIBRATION_SAMPLE_SEED,
                Keys.CALIBRATION_SAMPLE_KEY)),
        EvaluationConfig.of(settings));
  }
}
