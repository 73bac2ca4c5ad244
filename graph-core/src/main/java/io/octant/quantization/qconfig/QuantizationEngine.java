package io.octant.quantization.qconfig;

import io.octant.quantization.mapform.ConfigurationException;
import java.util.Arrays;
import java.util.Locale;

/** The engines that PyTorch has default configurations for, by their PyTorch names. */
public enum QuantizationEngine {
  X86,
  FBGEMM,
  ONEDNN,
  QNNPACK;

  /**
   * The engine of a name such as {@code fbgemm}.
   *
   * @throws ConfigurationException if there is none
   */
  public static QuantizationEngine of(String name) {
    for (QuantizationEngine e : values()) {
      if (e.key().equals(name)) {
        return e;
      }
    }
    throw new ConfigurationException(
        "Cannot choose default qconfig for backend: "
            + name
            + " is not supported, expected one of "
            + Arrays.stream(values()).map(QuantizationEngine::key).toList());
  }

  /** Lower-case name. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether activations stay within 7 bits so that pairs of products fit 16-bit sums. */
  boolean reducesRange() {
    return this == X86 || this == FBGEMM;
  }
}
