package io.octant.pipeline.model;

import io.octant.quantization.mapform.Json;
import java.io.Serializable;

/**
 * A {@link QuantizationMethod} as it travels.
 *
 * @param mapping observers by node, as JSON
 * @param backend patterns and data types of the target, as JSON
 * @param arithmetic the engine whose integer arithmetic lowered operators follow, by name
 */
public record MethodText(String mapping, String backend, String arithmetic)
    implements Serializable {

  /** The text of a method. */
  public static MethodText of(QuantizationMethod method) {
    return new MethodText(
        Json.print(method.mapping().toMap()),
        Json.print(method.backend().toMap()),
        method.arithmetic().toString());
  }
}
