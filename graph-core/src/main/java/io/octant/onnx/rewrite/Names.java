package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tensor names: which there are, new ones, and nodes under other ones. */
final class Names {
  private final Set<String> used = new HashSet<>();

  /** Knows every name of a graph, those inside its nodes' graphs included. */
  Names(GraphProto graph) {
    collect(graph, used);
  }

  private static void collect(GraphProto graph, Set<String> into) {
    graph.getInputList().forEach(v -> into.add(v.getName()));
    graph.getOutputList().forEach(v -> into.add(v.getName()));
    graph.getInitializerList().forEach(t -> into.add(t.getName()));
    for (NodeProto n : graph.getNodeList()) {
      into.addAll(n.getInputList());
      into.addAll(n.getOutputList());
      n.getAttributeList().stream()
          .filter(AttributeProto::hasG)
          .forEach(a -> collect(a.getG(), into));
    }
  }

  /** The wanted name, with a number if it is taken. */
  String fresh(String wanted) {
    String name = wanted;
    for (int i = 1; !used.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** A node that reads and makes tensors under other names, in its graphs too. */
  static NodeProto renamed(NodeProto node, UnaryOperator<String> name) {
    NodeProto.Builder out = node.toBuilder().clearInput().clearOutput().clearAttribute();
    node.getInputList().forEach(i -> out.addInput(i.isEmpty() ? i : name.apply(i)));
    node.getOutputList().forEach(o -> out.addOutput(o.isEmpty() ? o : name.apply(o)));
    for (AttributeProto a : node.getAttributeList()) {
      out.addAttribute(a.hasG() ? a.toBuilder().setG(renamed(a.getG(), name)).build() : a);
    }
    return out.build();
  }

  private static GraphProto renamed(GraphProto graph, UnaryOperator<String> name) {
    GraphProto.Builder out =
        graph.toBuilder()
            .clearNode()
            .clearInitializer()
            .clearInput()
            .clearOutput()
            .clearValueInfo();
    graph.getNodeList().forEach(n -> out.addNode(renamed(n, name)));
    for (TensorProto t : graph.getInitializerList()) {
      out.addInitializer(t.toBuilder().setName(name.apply(t.getName())));
    }
    for (ValueInfoProto v : graph.getInputList()) {
      out.addInput(v.toBuilder().setName(name.apply(v.getName())));
    }
    for (ValueInfoProto v : graph.getOutputList()) {
      out.addOutput(v.toBuilder().setName(name.apply(v.getName())));
    }
    return out.build();
  }
}
