package io.octant.jobs.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Labelled or unlabelled samples to compare float and int8 on.
 *
 * @param label column of the class label; empty measures agreement and SQNR only
 */
public record EvaluationConfig(SourceConfig source, Optional<String> label) {

  /**
   * @throws SettingsException if there are keys of evaluation data but no path, so that nobody
   *     would read them
   */
  static void refuseWithoutPath(Settings settings) {
    if (settings.find(Keys.EVALUATION_PATH).isPresent()
        || settings.find(Keys.EVALUATION_TABLE).isPresent()) {
      return;
    }
    for (Key<?> key :
        List.of(
            Keys.EVALUATION_LABEL,
            Keys.EVALUATION_COLUMNS,
            Keys.EVALUATION_FORMAT,
            Keys.EVALUATION_LIMIT,
            Keys.EVALUATION_FILTER,
            Keys.EVALUATION_SAMPLE_FRACTION,
            Keys.EVALUATION_SAMPLE_SEED,
            Keys.EVALUATION_SAMPLE_KEY)) {
      if (settings.find(key).isPresent()) {
        throw new SettingsException(
            "Cannot use key %s: no evaluation data, expected key %s"
                .formatted(key.path(), Keys.EVALUATION_PATH.path()));
      }
    }
  }

  static Optional<EvaluationConfig> of(Settings settings) {
    Map<String, ColumnConfig> columns =
        settings.find(Keys.EVALUATION_COLUMNS).orElse(settings.value(Keys.CALIBRATION_COLUMNS));
    SourceConfig.refuseBesideTable(
        settings,
        Keys.EVALUATION_TABLE,
        List.of(Keys.EVALUATION_PATH, Keys.EVALUATION_FORMAT, Keys.EVALUATION_LIMIT));
    Optional<String> path = settings.find(Keys.EVALUATION_PATH);
    Optional<String> table = settings.find(Keys.EVALUATION_TABLE);
    if (path.isEmpty() && table.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new EvaluationConfig(
            new SourceConfig(
                path,
                table,
                settings.value(Keys.EVALUATION_FORMAT),
                columns,
                SourceConfig.whole(settings.find(Keys.EVALUATION_LIMIT)),
                settings.find(Keys.EVALUATION_FILTER),
                SampleConfig.of(
                    settings,
                    Keys.EVALUATION_SAMPLE_FRACTION,
                    Keys.EVALUATION_SAMPLE_SEED,
                    Keys.EVALUATION_SAMPLE_KEY)),
            settings.find(Keys.EVALUATION_LABEL)));
  }
}
