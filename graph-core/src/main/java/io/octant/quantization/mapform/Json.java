package io.octant.quantization.mapform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The map form as JSON text.
 *
 * <p>No PyTorch counterpart.
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  /**
   * Parses a JSON object, keys in their order.
   *
   * @throws ConfigurationException if the text is no JSON object, or has a key twice
   */
  public static Map<String, Object> parse(String text) {
    Object value;
    try {
      value = MAPPER.readValue(text, Object.class);
    } catch (JsonProcessingException e) {
      throw new ConfigurationException(
          "Cannot parse configuration: " + e.getOriginalMessage() + ", expected a JSON object", e);
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new ConfigurationException(
          "Cannot parse configuration: " + value + ", expected a JSON object");
    }
    Map<String, Object> out = new LinkedHashMap<>();
    map.forEach((key, v) -> out.put((String) key, v));
    return out;
  }

  /** The text of a map, indented. */
  public static String print(Map<String, ?> map) {
    try {
      return MAPPER.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new ConfigurationException("Cannot print configuration: " + e.getMessage(), e);
    }
  }
}
