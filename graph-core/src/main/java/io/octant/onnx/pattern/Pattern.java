package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import org.jspecify.annotations.Nullable;

/** Tries to recognize a group by one of its nodes. */
@FunctionalInterface
interface Pattern {
  /** The group that a node anchors; null if there is none. */
  @Nullable Match match(NodeProto anchor, NodeGraph graph);
}
