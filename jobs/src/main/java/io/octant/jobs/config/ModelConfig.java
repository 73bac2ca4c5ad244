package io.octant.jobs.config;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The model to quantize.
 *
 * @param path an ONNX file, absolute or a URI
 * @param axes sizes of symbolic axes other than the batch
 * @param inputs that are no batch along their first axis
 */
public record ModelConfig(String path, Map<String, Integer> axes, Map<String, InputConfig> inputs) {

  public ModelConfig {
    axes = Collections.unmodifiableMap(new TreeMap<>(axes));
    inputs = Collections.unmodifiableMap(new TreeMap<>(inputs));
  }

  static ModelConfig of(Settings settings) {
    return new ModelConfig(
        settings.value(Keys.MODEL_PATH),
        settings.value(Keys.MODEL_AXES),
        settings.value(Keys.MODEL_INPUTS));
  }
}
