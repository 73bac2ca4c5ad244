package io.octant.jobs.config;

import java.util.List;

/**
 * How a model is quantized.
 *
 * @param percentile share of values inside the range, in percent; only for {@link
 *     Method#PERCENTILE}
 */
public record QuantizationConfig(
    Backend backend, Method method, double percentile, List<QConfigOverride> overrides) {

  public QuantizationConfig {
    overrides = List.copyOf(overrides);
  }

  static QuantizationConfig of(Settings settings) {
    return new QuantizationConfig(
        settings.value(Keys.BACKEND),
        settings.value(Keys.METHOD),
        settings.value(Keys.PERCENTILE),
        settings.value(Keys.OVERRIDES));
  }
}
