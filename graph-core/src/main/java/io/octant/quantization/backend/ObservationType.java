package io.octant.quantization.backend;

import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.Scalars;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How the output of a pattern is observed, after PyTorch's {@code ObservationType}. */
public enum ObservationType {
  /** The output has an observer of its own: convolution, addition. */
  OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT,
  /** Inputs and output share the first input's observer: concatenation, pooling, reshape. */
  OUTPUT_SHARE_OBSERVER_WITH_INPUT,
  /** For sizes of tensors, which never are observed; tensors are, as by PyTorch's FX passes. */
  INPUT_OUTPUT_NOT_OBSERVED;

  /**
   * Reads a name.
   *
   * @throws ConfigurationException if it names none
   */
  static ObservationType read(@Nullable Object value) {
    String name = Scalars.text(value);
    for (ObservationType t : values()) {
      if (t.name().equals(name)) {
        return t;
      }
    }
    throw new ConfigurationException(
        "Cannot resolve observation type: "
            + name
            + ", expected one of "
            + Arrays.toString(values()));
  }
}
