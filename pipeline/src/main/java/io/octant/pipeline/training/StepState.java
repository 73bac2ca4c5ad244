package io.octant.pipeline.training;

import io.octant.safetensors.SafetensorsFile;
import io.octant.safetensors.SafetensorsWriter;
import io.octant.tensor.Tensor;
import java.io.Serializable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters and buffers at the beginning of a step, as they are broadcast: decoded once in each
 * JVM, whose tasks share the tensors. Every weight moves in every step, so that a difference would
 * be as large as the state itself.
 */
final class StepState implements Serializable {
  private static final long serialVersionUID = 1L;

  private final byte[] bytes;
  private transient @Nullable Map<String, Tensor> tensors;

  StepState(Map<String, Tensor> state) {
    bytes = SafetensorsWriter.toBytes("of a step", state);
  }

  /** Tensors by the names of the state dict. */
  synchronized Map<String, Tensor> tensors() {
    Map<String, Tensor> known = tensors;
    if (known == null) {
      known = SafetensorsFile.parse("of a step", bytes).tensors();
      tensors = known;
    }
    return known;
  }

  long bytes() {
    return bytes.length;
  }
}
