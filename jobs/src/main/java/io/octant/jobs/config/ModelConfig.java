package io.octant.jobs.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The model to quantize.
 *
 * @param path an ONNX file, absolute or a URI
 * @param axes sizes of symbolic axes other than the batch
 */
public record ModelConfig(String path, Map<String, Integer> axes) {

  public ModelConfig {
    axes = Collections.unmodifiableMap(new TreeMap<>(axes));
  }

  static ModelConfig of(Settings settings) {
    return new ModelConfig(settings.value(Keys.MODEL_PATH), settings.value(Keys.MODEL_AXES));
  }
}
