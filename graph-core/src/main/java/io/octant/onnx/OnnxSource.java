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
  private final String file;
  private final String sha256;
  private final List<OnnxInput> inputs;
  private final List<String> outputs;
  private final Map<String, OnnxOrigin> nodes;
  private final Map<String, String> tensors;

  /**
   * @param file the model's name, for messages
   * @param sha256 digest of its bytes
   * @param inputs in the order of the placeholders
   * @param outputs ONNX names of the results, in order
   * @param nodes graph node name to origin
   * @param tensors ONNX tensor name to the name of the graph node that holds its value
   */
  public OnnxSource(
      String file,
      String sha256,
      List<OnnxInput> inputs,
      List<String> outputs,
      Map<String, OnnxOrigin> nodes,
      Map<String, String> tensors) {
    this.file = file;
    this.sha256 = sha256;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  public String file() {
    return file;
  }

  public String sha256() {
    return sha256;
  }

  public List<OnnxInput> inputs() {
    return inputs;
  }

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

  /**
   * The graph node that holds the value of an ONNX tensor; null if it was folded or is inside a
   * recognized pattern. Tensors that are equal (an Identity's input and output) share a node.
   */
  public @Nullable String findNode(String tensor) {
    return tensors.get(tensor);
  }

  /** ONNX tensor name to the name of the graph node that holds its value. */
  public Map<String, String> tensors() {
    return tensors;
  }
}
