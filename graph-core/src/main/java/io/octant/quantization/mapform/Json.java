package io.octant.quantization.mapform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Map;

/** The map form as JSON text. */
public final class Json {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /**
   * Parses a JSON object, keys in their order.
   *
   * @throws ConfigurationException if the text is no JSON object
   */
  public static Map<String, Object> parse(String text) {
    try {
      return MAPPER.readValue(text, new TypeReference<LinkedHashMap<String, Object>>() {});
    } catch (JsonProcessingException e) {
      throw new ConfigurationException(
          "Cannot parse configuration: " + e.getOriginalMessage() + ", expected a JSON object", e);
    }
  }

  public static String print(Map<String, ?> map) {
    try {
      return MAPPER.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new ConfigurationException("Cannot print configuration: " + e.getMessage(), e);
    }
  }
}
