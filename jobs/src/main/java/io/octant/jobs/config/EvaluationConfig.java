package io.octant.jobs.config;

import java.util.Map;
import java.util.Optional;

/**
 * Labelled or unlabelled samples to compare float and int8 on.
 *
 * @param label column of the class label; empty measures agreement and SQNR only
 */
public record EvaluationConfig(SourceConfig source, Optional<String> label) {

  static Optional<EvaluationConfig> of(Settings settings) {
    Map<String, String> columns =
        settings.find(Keys.EVALUATION_COLUMNS).orElse(settings.value(Keys.CALIBRATION_COLUMNS));
    return settings
        .find(Keys.EVALUATION_PATH)
        .map(
            path ->
                new EvaluationConfig(
                    new SourceConfig(
                        path,
                        settings.value(Keys.EVALUATION_FORMAT),
                        columns,
                        SourceConfig.whole(settings.find(Keys.EVALUATION_LIMIT))),
                    settings.find(Keys.EVALUATION_LABEL)));
  }
}
