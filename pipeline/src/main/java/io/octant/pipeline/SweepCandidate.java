package io.octant.pipeline;

import io.octant.pipeline.model.QuantizationMethod;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One of the models that a sweep compares.
 *
 * @param name its own among all
 * @param tags what it can be filtered by
 * @param settings what it is made by, for readers
 * @param origin how it is made
 */
public record SweepCandidate(
    String name, List<String> tags, SortedMap<String, String> settings, Origin origin) {
  public SweepCandidate {
    tags = tags.stream().distinct().sorted().toList();
    settings = new TreeMap<>(settings);
  }

  /** How a candidate is made. */
  public sealed interface Origin {
    /** Its name in the table. */
    String kind();
  }

  /**
   * The float model, calibrated and quantized in one way.
   *
   * @param method of quantization
   */
  public record Settings(QuantizationMethod method) implements Origin {
    @Override
    public String kind() {
      return "settings";
    }
  }

  /**
   * An ONNX file, float or with quantize and dequantize pairs.
   *
   * @param path on any Hadoop file system
   */
  public record File(String path) implements Origin {
    @Override
    public String kind() {
      return "model";
    }
  }

  /**
   * The state dict of a model that was trained with fake quantizes.
   *
   * @param state a safetensors file on any Hadoop file system
   * @param model the float model, with its batch norms
   * @param method what it was prepared with
   */
  public record Checkpoint(String state, String model, QuantizationMethod method)
      implements Origin {
    @Override
    public String kind() {
      return "checkpoint";
    }
  }
}
