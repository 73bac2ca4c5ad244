package io.octant.jobs.config;

import io.octant.pipeline.data.HoldOut;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Labelled or unlabelled samples to compare float and int8 on.
 *
 * @param label column of the class label; empty measures agreement and SQNR only
 * @param split which of two parts of the rows is read; empty reads all
 */
public record EvaluationConfig(
    SourceConfig source, Optional<String> label, Optional<HoldOut> split) {

  /**
   * @throws SettingsException if there are keys of evaluation data but no path, so that nobody
   *     would read them
   */
  static void refuseWithoutPath(Settings settings) {
    if (settings.find(Keys.EVALUATION_PATH).isPresent()
        || settings.find(Keys.EVALUATION_TABLE).isPresent()) {
      return;
    }
    settings.refuse(
        Keys.EVALUATION_PATH,
        List.of(
            Keys.EVALUATION_LABEL,
            Keys.EVALUATION_COLUMNS,
            Keys.EVALUATION_FORMAT,
            Keys.EVALUATION_OPTIONS,
            Keys.EVALUATION_LIMIT,
            Keys.EVALUATION_FILTER,
            Keys.EVALUATION_SAMPLE_FRACTION,
            Keys.EVALUATION_SAMPLE_SEED,
            Keys.EVALUATION_SAMPLE_KEY,
            Keys.EVALUATION_SPLIT_FRACTION,
            Keys.EVALUATION_SPLIT_SEED,
            Keys.EVALUATION_SPLIT_KEY,
            Keys.EVALUATION_SPLIT_PART,
            Keys.VALIDATION_OUTPUT,
            Keys.VALIDATION_LAYERS),
        "no evaluation data, expected key " + Keys.EVALUATION_PATH.path());
  }

  static Optional<EvaluationConfig> of(Settings settings) {
    Map<String, ColumnConfig> columns =
        settings.find(Keys.EVALUATION_COLUMNS).orElse(settings.value(Keys.CALIBRATION_COLUMNS));
    SourceConfig.refuseBesideTable(
        settings,
        Keys.EVALUATION_TABLE,
        List.of(
            Keys.EVALUATION_PATH,
            Keys.EVALUATION_FORMAT,
            Keys.EVALUATION_OPTIONS,
            Keys.EVALUATION_LIMIT));
    SourceConfig.refuseBesideFormat(
        settings, Keys.EVALUATION_FORMAT, List.of(Keys.EVALUATION_LIMIT));
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
                settings.value(Keys.EVALUATION_OPTIONS),
                columns,
                SourceConfig.whole(settings.find(Keys.EVALUATION_LIMIT)),
                settings.find(Keys.EVALUATION_FILTER),
                SampleConfig.of(
                    settings,
                    Keys.EVALUATION_SAMPLE_FRACTION,
                    Keys.EVALUATION_SAMPLE_SEED,
                    Keys.EVALUATION_SAMPLE_KEY)),
            settings.find(Keys.EVALUATION_LABEL),
            split(settings)));
  }

  /**
   * @throws SettingsException if there is no fraction for the other keys, or if one of the two
   *     parts would be all
   */
  private static Optional<HoldOut> split(Settings settings) {
    Optional<Double> fraction = settings.find(Keys.EVALUATION_SPLIT_FRACTION);
    if (fraction.isEmpty()) {
      settings.refuse(
          Keys.EVALUATION_SPLIT_FRACTION,
          List.of(
              Keys.EVALUATION_SPLIT_SEED, Keys.EVALUATION_SPLIT_KEY, Keys.EVALUATION_SPLIT_PART),
          "nothing is held out, expected key " + Keys.EVALUATION_SPLIT_FRACTION.path());
      return Optional.empty();
    }
    if (fraction.get() == 0 || fraction.get() == 1) {
      throw new SettingsException(
          "Cannot read key %s: %s, expected a number above 0 and below 1"
              .formatted(Keys.EVALUATION_SPLIT_FRACTION.path(), fraction.get()));
    }
    return Optional.of(
        new HoldOut(
            fraction.get(),
            settings.value(Keys.EVALUATION_SPLIT_SEED),
            settings.find(Keys.EVALUATION_SPLIT_KEY),
            settings.value(Keys.EVALUATION_SPLIT_PART)));
  }
}
