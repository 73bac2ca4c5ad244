package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.EqualizationQConfig;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decodes the configurations of a document: qconfigs are listed once and referred to by key, so
 * references are replaced before the map form is read.
 */
final class GoldenConfigs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonNode qconfigs;

  GoldenConfigs(JsonNode document) {
    this.qconfigs = document.path("qconfigs");
  }

  /** A qconfig by its key, which the document knows. */
  QConfig qconfig(String key) {
    return QConfig.fromMap(map(qconfigs.get(key)));
  }

  QConfigMapping mapping(JsonNode json) {
    return QConfigMapping.fromMap(resolved(json, q -> qconfig(q)));
  }

  EqualizationQConfigMapping equalization(JsonNode json) {
    return EqualizationQConfigMapping.fromMap(
        resolved(json, q -> EqualizationQConfig.fromMap(map(qconfigs.get(q)))));
  }

  /** The preset, or the definition that the configuration brings; null means native. */
  static BackendConfig backend(JsonNode config, JsonNode document) {
    JsonNode name = config.path("backend_config");
    JsonNode definition =
        config.has("backend_config_definition")
            ? config.get("backend_config_definition")
            : document.path("backend_config_definition");
    if (definition.isObject()) {
      return BackendConfig.fromMap(map(definition));
    }
    return BackendConfigs.of(name.isTextual() ? name.asText() : "native");
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(JsonNode json) {
    return JSON.convertValue(json, LinkedHashMap.class);
  }

  private static Map<String, Object> resolved(
      JsonNode json, java.util.function.Function<String, ?> byKey) {
    Map<String, Object> out = new LinkedHashMap<>();
    map(json)
        .forEach(
            (key, value) -> {
              if (value instanceof List<?> rows) {
                List<Object> resolved = new ArrayList<>();
                for (Object row : rows) {
                  List<Object> columns = new ArrayList<>((List<?>) row);
                  int last = columns.size() - 1;
                  columns.set(last, resolve(columns.get(last), byKey));
                  resolved.add(columns);
                }
                out.put(key, resolved);
              } else {
                out.put(key, resolve(value, byKey));
              }
            });
    return out;
  }

  private static Object resolve(Object key, java.util.function.Function<String, ?> byKey) {
    return key instanceof String s ? byKey.apply(s) : key;
  }
}
