package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.quantization.observer.ObserverSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decodes observer and fake-quantize factories: {@code {"ctor": class, "kwargs": {…}}}. */
final class GoldenFactories {
  private GoldenFactories() {}

  static ObserverSpec spec(JsonNode factory, GoldenValues values) {
    return spec(factory.get("ctor").asText(), factory.path("kwargs"), values);
  }

  static ObserverSpec spec(String type, JsonNode kwargs, GoldenValues values) {
    Map<String, Object> decoded = new LinkedHashMap<>();
    kwargs
        .fields()
        .forEachRemaining(
            e ->
                decoded.put(
                    e.getKey(),
                    e.getValue().has("ctor")
                        ? spec(e.getValue(), values)
                        : values.decode(e.getValue())));
    return new ObserverSpec(type, decoded);
  }
}
