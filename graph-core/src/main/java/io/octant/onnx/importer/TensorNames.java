package io.octant.onnx.importer;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.onnx.OnnxException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checks that every tensor of a graph is made once, by something with a result. */
final class TensorNames {
  private TensorNames() {}

  /**
   * Checks a graph.
   *
   * @throws OnnxException naming the node without outputs, or the tensor made twice and by what
   */
  static void check(GraphProto graph) {
    Map<String, String> makers = new HashMap<>();
    Set<String> inputs = new HashSet<>();
    for (ValueInfoProto v : graph.getInputList()) {
      if (!inputs.add(v.getName())) {
        throw twice(v.getName(), "an input", "another");
      }
    }
    for (TensorProto t : graph.getInitializerList()) {
      inputs.remove(t.getName()); // an input with a default value
      make(makers, t.getName(), "an initializer");
    }
    inputs.forEach(i -> make(makers, i, "an input"));
    for (NodeProto n : graph.getNodeList()) {
      String what = n.getOpType() + " node '" + n.getName() + "'";
      if (n.getOutputCount() == 0) {
        throw new OnnxException("Cannot import " + what + ": no outputs, expected 1 or more");
      }
      for (String output : n.getOutputList()) {
        if (!output.isEmpty()) {
          make(makers, output, what);
        }
      }
    }
  }

  private static void make(Map<String, String> makers, String tensor, String maker) {
    String other = makers.put(tensor, maker);
    if (other != null) {
      throw twice(tensor, other, maker);
    }
  }

  private static OnnxException twice(String tensor, String first, String second) {
    return new OnnxException(
        "Cannot import tensor '"
            + tensor
            + "': it is made by "
            + first
            + " and by "
            + second
            + ", expected one of them");
  }
}
