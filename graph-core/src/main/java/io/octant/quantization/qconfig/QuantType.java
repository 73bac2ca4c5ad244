package io.octant.quantization.qconfig;

import io.octant.quantization.mapform.ConfigurationException;
import java.util.Locale;

/** Kinds of quantization, after {@code torch.ao.quantization.QuantType}. */
public enum QuantType {
  /** Activations are quantized with parameters computed at run time. */
  DYNAMIC,
  /** Activations are quantized with parameters from calibration. */
  STATIC,
  /** As static, with the parameters learned while training. */
  QAT,
  /** Only weights are quantized. */
  WEIGHT_ONLY;

  /** Lower-case name as in configuration maps: {@code static}, {@code weight_only}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind that a configuration map names.
   *
   * @throws ConfigurationException if there is none
   */
  public static QuantType of(String key) {
    for (QuantType t : values()) {
      if (t.key().equals(key)) {
        return t;
      }
    }
    throw new ConfigurationException(
        "Cannot resolve quantization type: "
            + key
            + ", expected dynamic, static, qat or weight_only");
  }
}
