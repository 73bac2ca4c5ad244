package io.octant.jobs.config;

import com.typesafe.config.ConfigFactory;
import java.util.List;

/**
 * How a model is quantized.
 *
 * @param percentile share of values inside the range, in percent; only for {@link
 *     Method#PERCENTILE}
 * @param activationBits 7 or 8; only for x86 and fbgemm
 * @param weightBits 2 to 8
 */
public record QuantizationConfig(
    Backend backend,
    Method method,
    double percentile,
    int activationBits,
    int weightBits,
    List<QConfigOverride> overrides) {

  public QuantizationConfig {
    overrides = List.copyOf(overrides);
  }

  /**
   * @throws SettingsException if the backend has no activations of 7 bits
   */
  void requireBits() {
    if (activationBits == 7 && backend != Backend.X86 && backend != Backend.FBGEMM) {
      throw new SettingsException(
          "Cannot use quantization.activationBits = 7 with backend %s, expected x86 or fbgemm"
              .formatted(Kind.spelled(backend)));
    }
  }

  /** What a configuration without any key of the section means. */
  public static QuantizationConfig byDefault() {
    return of(Settings.of(ConfigFactory.empty(), ConfigFactory.empty()));
  }

  static QuantizationConfig of(Settings settings) {
    boolean percentiles =
        settings.find(SweepKeys.GRID_METHOD).stream()
            .anyMatch(methods -> methods.contains(Method.PERCENTILE));
    Method method = settings.value(Keys.METHOD);
    if (method != Method.PERCENTILE && !percentiles) {
      settings.refuse(
          Keys.METHOD,
          List.of(Keys.PERCENTILE),
          "method %s has none, expected percentile in key %s"
              .formatted(Kind.spelled(method), Keys.METHOD.path()));
    }
    return new QuantizationConfig(
        settings.value(Keys.BACKEND),
        settings.value(Keys.METHOD),
        settings.value(Keys.PERCENTILE),
        settings.value(Keys.ACTIVATION_BITS),
        settings.value(Keys.WEIGHT_BITS),
        settings.value(Keys.OVERRIDES));
  }
}
