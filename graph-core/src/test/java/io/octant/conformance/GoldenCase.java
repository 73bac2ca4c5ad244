package io.octant.conformance;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * One case: its document and, lazily, its tensors.
 *
 * @param suite root folder of the suite
 * @param path path of the document below the root
 * @param document the parsed JSON
 * @param values decodes values of the document
 * @param adjustments ids of known differences behind which something else was compared, as the case
 *     ran; grows meanwhile
 */
public record GoldenCase(
    Path suite, String path, JsonNode document, GoldenValues values, Set<String> adjustments) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

  GoldenCase(Path suite, String path, JsonNode document, GoldenValues values) {
    this(suite, path, document, values, new TreeSet<>());
  }

  public static GoldenCase load(Path suite, String path) {
    Path file = suite.resolve(path);
    try {
      JsonNode document = JSON.readTree(file.toFile());
      String tensors = document.path("tensors").asText("");
      SafetensorsFile data =
          tensors.isEmpty() ? null : SafetensorsFile.read(file.resolveSibling(tensors));
      return new GoldenCase(suite, path, document, new GoldenValues(file, data));
    } catch (IOException e) {
      throw new OctantException("Cannot read conformance case: " + file + ": " + e.getMessage(), e);
    }
  }

  /** First folder of the path: observers, quantize, graphs, models, config or errors. */
  String area() {
    return path.substring(0, path.indexOf('/'));
  }

  /** The topic within the area, or the area itself where the suite gives none. */
  String topic() {
    return document.path("topic").asText(area());
  }

  /** The path without its ending. */
  String name() {
    return path.endsWith(".json") ? path.substring(0, path.length() - 5) : path;
  }
}
