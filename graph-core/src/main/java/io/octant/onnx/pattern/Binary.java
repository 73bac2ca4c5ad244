package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;

/** Reads two-input nodes and starts replacements. */
final class Binary {
  private Binary() {}

  /** The input of a two-input node other than the given one; "" if it has another shape. */
  static String other(NodeProto node, String input) {
    if (node.getInputCount() != 2) {
      return "";
    }
    return node.getInput(0).equals(input) ? node.getInput(1) : node.getInput(0);
  }

  /** A node with the name and metadata of the group's last one. */
  static NodeProto.Builder replacing(NodeProto last) {
    return NodeProto.newBuilder()
        .setName(last.getName())
        .addAllMetadataProps(last.getMetadataPropsList());
  }
}
