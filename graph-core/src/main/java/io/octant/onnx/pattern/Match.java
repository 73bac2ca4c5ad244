package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Set;

/**
 * A recognized group.
 *
 * @param replacement the operator that it amounts to; produces the group's one output
 * @param members the nodes of the group, its last one included
 */
record Match(NodeProto replacement, Set<NodeProto> members) {}
