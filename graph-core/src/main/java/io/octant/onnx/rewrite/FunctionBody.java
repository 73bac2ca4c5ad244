package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.OnnxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function's nodes in the place of a call: under the call's tensors, attributes and name. */
final class FunctionBody {
  private FunctionBody() {}

  /**
   * The nodes, whose names and inner tensors begin with the call's name.
   *
   * @throws OnnxException naming the function, if the call has more inputs or outputs than it
   */
  static List<NodeProto> of(FunctionProto f, NodeProto call, Names names) {
    if (call.getInputCount() > f.getInputCount() || call.getOutputCount() > f.getOutputCount()) {
      throw failure(
          f,
          "is called with "
              + call.getInputCount()
              + " inputs and "
              + call.getOutputCount()
              + " outputs, expected at most "
              + f.getInputCount()
              + " and "
              + f.getOutputCount());
    }
    String prefix = (call.getName().isEmpty() ? call.getOutput(0) : call.getName()) + "/";
    Map<String, String> renamed = new HashMap<>();
    for (int i = 0; i < f.getInputCount(); i++) {
      renamed.put(f.getInput(i), i < call.getInputCount() ? call.getInput(i) : "");
    }
    for (int i = 0; i < f.getOutputCount(); i++) {
      boolean asked = i < call.getOutputCount() && !call.getOutput(i).isEmpty();
      renamed.put(f.getOutput(i), asked ? call.getOutput(i) : names.fresh(prefix + f.getOutput(i)));
    }
    Map<String, AttributeProto> attributes = new HashMap<>();
    f.getAttributeProtoList().forEach(a -> attributes.put(a.getName(), a));
    call.getAttributeList().forEach(a -> attributes.put(a.getName(), a));
    List<NodeProto> out = new ArrayList<>();
    for (NodeProto inner : f.getNodeList()) {
      NodeProto placed =
          Names.renamed(inner, name -> renamed.computeIfAbsent(name, n -> names.fresh(prefix + n)));
      out.add(withAttributes(placed, attributes, prefix));
    }
    return out;
  }

  /**
   * Attributes that refer to the call's get its values; one that the call leaves out is dropped.
   */
  private static NodeProto withAttributes(
      NodeProto node, Map<String, AttributeProto> given, String prefix) {
    NodeProto.Builder out = node.toBuilder().clearAttribute();
    if (!node.getName().isEmpty()) {
      out.setName(prefix + node.getName());
    }
    for (AttributeProto a : node.getAttributeList()) {
      @Nullable AttributeProto value =
          a.getRefAttrName().isEmpty() ? a : given.get(a.getRefAttrName());
      if (value == null) {
        continue;
      }
      AttributeProto.Builder copy = value.toBuilder().setName(a.getName()).clearRefAttrName();
      if (value.hasG()) {
        GraphProto.Builder graph = value.getG().toBuilder().clearNode();
        value.getG().getNodeList().forEach(n -> graph.addNode(withAttributes(n, given, prefix)));
        copy.setG(graph);
      }
      out.addAttribute(copy);
    }
    return out.build();
  }

  static OnnxException failure(FunctionProto f, String why) {
    return new OnnxException(
        "Cannot inline function " + f.getDomain() + "." + f.getName() + ": it " + why);
  }
}
