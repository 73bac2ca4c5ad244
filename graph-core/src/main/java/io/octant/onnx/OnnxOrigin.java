package io.octant.onnx;

import java.util.List;
import java.util.Map;

/**
 * The ONNX nodes behind one step of an imported graph.
 *
 * @param opType operator type; of a recognized pattern, the operator that it amounts to
 * @param nodes positions in the node list of {@link OnnxSource#model}, ascending
 * @param inputs names of the tensors that come in from outside
 * @param output name of the tensor that the step produces
 * @param initializers parameter name here ({@code weight}, {@code bias}) to ONNX tensor name
 */
public record OnnxOrigin(
    String opType,
    List<Integer> nodes,
    List<String> inputs,
    String output,
    Map<String, String> initializers) {
  public OnnxOrigin {
    nodes = List.copyOf(nodes);
    inputs = List.copyOf(inputs);
    initializers = Map.copyOf(initializers);
  }
}
