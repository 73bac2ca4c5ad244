package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Scales and zero points that a file stores as one element along an axis, as PyTorch's export of
 * fake quantizes does. A scalar means the same, and ONNX Runtime with its optimizations loads no
 * file in which average pooling or addition has the other.
 */
final class ScalarParameters {
  private static final Set<String> QUANTIZING = Set.of("QuantizeLinear", "DequantizeLinear");

  private ScalarParameters() {}

  /** The initializers to take the place of those with such a shape, by name. */
  static Map<String, TensorProto> of(GraphProto graph) {
    Map<String, TensorProto> out = new HashMap<>();
    Set<String> otherwise = readOtherwise(graph);
    for (TensorProto t : graph.getInitializerList()) {
      if (t.getDimsCount() == 1 && t.getDims(0) == 1 && !otherwise.contains(t.getName())) {
        out.put(t.getName(), t.toBuilder().clearDims().build());
      }
    }
    return out;
  }

  /** Names that something else reads than quantizing operators as their parameter. */
  private static Set<String> readOtherwise(GraphProto graph) {
    Set<String> out = new HashSet<>();
    graph.getOutputList().stream().map(ValueInfoProto::getName).forEach(out::add);
    List<NodeProto> copies = new ArrayList<>();
    Set<String> parameters = new HashSet<>();
    for (NodeProto n : graph.getNodeList()) {
      boolean quantizes = QUANTIZING.contains(n.getOpType()) && n.getDomain().isEmpty();
      for (int i = 0; i < n.getInputCount(); i++) {
        if (quantizes && i > 0) {
          if (n.getOpType().equals("QuantizeLinear")) { // what is stored in integers stays
            parameters.add(n.getInput(i));
          }
        } else if (n.getOpType().equals("Identity")) {
          copies.add(n);
        } else {
          out.add(n.getInput(i));
        }
      }
      // What a branch reads of the graph around it is no parameter.
      n.getAttributeList().stream()
          .filter(AttributeProto::hasG)
          .forEach(a -> a.getG().getNodeList().forEach(b -> out.addAll(b.getInputList())));
    }
    for (int i = copies.size() - 1; i >= 0; i--) { // in reverse: copies of copies
      NodeProto copy = copies.get(i);
      if (out.contains(copy.getOutput(0)) || !parameters.contains(copy.getOutput(0))) {
        out.add(copy.getInput(0));
      } else {
        parameters.add(copy.getInput(0));
      }
    }
    graph.getInitializerList().stream()
        .map(TensorProto::getName)
        .filter(name -> !parameters.contains(name))
        .forEach(out::add);
    return out;
  }
}
