package io.octant.jobs.config;

import io.octant.pipeline.data.Damaged;
import io.octant.pipeline.data.NonFinite;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a job reads.
 *
 * @param batch samples of one forward pass
 * @param partitions tasks that read the data; empty leaves it to the size of the files
 * @param nonFinite what to do about NaN and infinities
 * @param damaged what to do about damaged files
 * @param calibration what to observe; may have nothing but columns, see {@link
 *     SourceConfig#isGiven}
 */
public record DataConfig(
    int batch,
    OptionalInt partitions,
    NonFinite nonFinite,
    Damaged damaged,
    SourceConfig calibration,
    Optional<EvaluationConfig> evaluation) {

  static DataConfig of(Settings settings) {
    SourceConfig.refuseBesideTable(
        settings,
        Keys.CALIBRATION_TABLE,
        List.of(
            Keys.CALIBRATION_PATH,
            Keys.CALIBRATION_FORMAT,
            Keys.CALIBRATION_OPTIONS,
            Keys.CALIBRATION_LIMIT));
    SourceConfig.refuseBesideFormat(
        settings, Keys.CALIBRATION_FORMAT, List.of(Keys.CALIBRATION_LIMIT, Keys.DATA_DAMAGED));
    refuseWithoutCalibration(settings);
    Optional<String> table = settings.find(Keys.CALIBRATION_TABLE);
    if (table.isPresent() && settings.find(Keys.EVALUATION_PATH).isEmpty()) {
      SourceConfig.refuseBesideTable(settings, Keys.CALIBRATION_TABLE, List.of(Keys.DATA_DAMAGED));
    }
    return new DataConfig(
        settings.value(Keys.DATA_BATCH),
        SourceConfig.whole(settings.find(Keys.DATA_PARTITIONS)),
        settings.value(Keys.DATA_NON_FINITE),
        settings.value(Keys.DATA_DAMAGED),
        new SourceConfig(
            settings.find(Keys.CALIBRATION_PATH),
            table,
            settings.value(Keys.CALIBRATION_FORMAT),
            settings.value(Keys.CALIBRATION_OPTIONS),
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

  /**
   * @throws SettingsException if there are keys of calibration data but none, so that nobody would
   *     read them; columns are those of the evaluation data as well
   */
  private static void refuseWithoutCalibration(Settings settings) {
    if (settings.find(Keys.CALIBRATION_PATH).isPresent()
        || settings.find(Keys.CALIBRATION_TABLE).isPresent()
        || !SourceConfig.hasFiles(settings.value(Keys.CALIBRATION_FORMAT))) {
      return;
    }
    settings.refuse(
        Keys.CALIBRATION_PATH,
        List.of(
            Keys.CALIBRATION_FORMAT,
            Keys.CALIBRATION_OPTIONS,
            Keys.CALIBRATION_LIMIT,
            Keys.CALIBRATION_FILTER,
            Keys.CALIBRATION_SAMPLE_FRACTION,
            Keys.CALIBRATION_SAMPLE_SEED,
            Keys.CALIBRATION_SAMPLE_KEY),
        "no calibration data, expected key " + Keys.CALIBRATION_PATH.path());
  }
}
