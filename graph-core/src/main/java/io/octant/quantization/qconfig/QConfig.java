package io.octant.quantization.qconfig;

import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Values;
import io.octant.quantization.observer.ObserverSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one layer is quantized, after {@code torch.ao.quantization.QConfig}. Fields are specs, never
 * observers, so that every use makes a fresh one.
 *
 * @param activation observes inputs and outputs
 * @param weight observes the weight
 */
public record QConfig(ObserverSpec activation, ObserverSpec weight) {

  /** With another observer of inputs and outputs. */
  public QConfig withActivation(ObserverSpec newActivation) {
    return new QConfig(newActivation, weight);
  }

  /** With another observer of the weight. */
  public QConfig withWeight(ObserverSpec newWeight) {
    return new QConfig(activation, newWeight);
  }

  /** {@code {"activation": observer, "weight": observer}}. */
  public Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("activation", Values.encode(activation));
    out.put("weight", Values.encode(weight));
    return out;
  }

  /**
   * Reads what {@link #toMap} writes.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault
   */
  public static QConfig fromMap(@Nullable Object map) {
    if (map instanceof QConfig q) {
      return q;
    }
    MapReader in = MapReader.of("qconfig", map, List.of("activation", "weight"));
    return new QConfig(
        in.require("activation", Values::observer), in.require("weight", Values::observer));
  }
}
