package io.octant.onnx;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an imported graph comes from; attached to it by the importer. The exporter and reports read
 * it. Immutable.
 */
public final class OnnxSource {
  private final OnnxModel model;
  private final String file;
  private final String sha256;
  private final List<OnnxInput> inputs;
  private final List<String> outputs;
  private final Map<String, OnnxOrigin> nodes;
  private final Map<String, String> tensors;

  /**
   * @param model what was translated: the file's model, with functions inlined, conditionals
   *     decided and numbers in float32 where that was needed
   * @param inputs in the order of the placeholders
   * @param outputs ONNX names of the results, in order
   * @param nodes graph node name to origin
   * @param tensors ONNX tensor name to the name of the graph node that holds its value
   */
  public OnnxSource(
      OnnxModel model,
      List<OnnxInput> inputs,
      List<String> outputs,
      Map<String, OnnxOrigin> nodes,
      Map<String, String> tensors) {
    this.model = model;
    this.file = model.source();
    this.sha256 = model.sha256();
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * The model that the graph's origins and tensor names refer to. It computes what the file's model
   * does, under its digest.
   */
  public OnnxModel model() {
    return model;
  }

  /** Where the model was read from, for messages. */
  public String file() {
    return file;
  }

  /** The digest of the file, in hexadecimal digits. */
  public String sha256() {
    return sha256;
  }

  /** The inputs, in the order of the placeholders. */
  public List<OnnxInput> inputs() {
    return inputs;
  }

  /** ONNX names of the results, in order. */
  public List<String> outputs() {
    return outputs;
  }

  /** Origins by graph node name, in execution order. */
  public Map<String, OnnxOrigin> nodes() {
    return nodes;
  }

  /** The origin of a graph node; null if a pass made the node. */
  public @Nullable OnnxOrigin findOrigin(String nodeName) {
    return nodes.get(nodeName);
  }

  /** ONNX tensor name to the name of the graph node that holds its value. */
  public Map<String, String> tensors() {
    return tensors;
  }
}
