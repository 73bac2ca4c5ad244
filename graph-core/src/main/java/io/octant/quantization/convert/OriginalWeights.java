package io.octant.quantization.convert;

import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The float weights behind packed ones, attached to the result of a conversion that keeps them;
 * PyTorch's {@code original_weights_lookup}.
 *
 * @param byPackedName by the name of the packed weight's attribute, in lower case, with ":", "/"
 *     and "|" as "_" and without spaces
 */
public record OriginalWeights(Map<String, Entry> byPackedName) {
  /** One layer's float parameters. */
  public record Entry(Tensor weight, Optional<Tensor> bias) {}

  public OriginalWeights {
    byPackedName = Collections.unmodifiableMap(new LinkedHashMap<>(byPackedName));
  }

  /** The key of an attribute name. */
  static String key(String attribute) {
    return attribute
        .replace(':', '_')
        .replace('/', '_')
        .replace('|', '_')
        .replace(" ", "")
        .toLowerCase(java.util.Locale.ROOT);
  }
}
