package io.octant.quantization.qconfig;

import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Values;
import io.octant.quantization.observer.ObserverSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the input and the weight of one layer are observed for input-weight equalization, after
 * {@code torch.ao.quantization.fx._equalize.EqualizationQConfig}.
 *
 * @param inputActivation observes channels of the input
 * @param weight observes input channels of the weight
 */
public record EqualizationQConfig(ObserverSpec inputActivation, ObserverSpec weight) {

  /** {@code {"input_activation": observer, "weight": observer}}. */
  public Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("input_activation", Values.encode(inputActivation));
    out.put("weight", Values.encode(weight));
    return out;
  }

  /**
   * Reads what {@link #toMap} writes.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault
   */
  public static EqualizationQConfig fromMap(@Nullable Object map) {
    if (map instanceof EqualizationQConfig q) {
      return q;
    }
    MapReader in = MapReader.of("equalization qconfig", map, List.of("input_activation", "weight"));
    return new EqualizationQConfig(
        in.require("input_activation", Values::observer), in.require("weight", Values::observer));
  }
}
