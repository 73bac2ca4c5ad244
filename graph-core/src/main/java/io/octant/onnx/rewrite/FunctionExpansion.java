package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Nodes of a model that are replaced by the bodies of their operators. */
public final class FunctionExpansion {
  private final Names names;
  private final Map<NodeProto, List<NodeProto>> bodies = new IdentityHashMap<>();

  /** An expansion of nodes of a model, under names that it has not. */
  public FunctionExpansion(ModelProto model) {
    this.names = new Names(model.getGraph());
  }

  /** Replaces a node, and returns the nodes that it becomes, which have its name as a prefix. */
  public List<NodeProto> expand(NodeProto node, FunctionProto body) {
    String prefix = (node.getName().isEmpty() ? node.getOutput(0) : node.getName()) + "/";
    List<NodeProto> out = new ArrayList<>();
    for (NodeProto n : FunctionBody.of(body, node, names)) {
      String name = n.getName().isEmpty() ? prefix + n.getOpType() : n.getName();
      out.add(n.toBuilder().setName(names.fresh(name)).build());
    }
    bodies.put(node, out);
    return out;
  }

  /** Replaces a Loop or Scan by what is added to the list that {@link #bodies} then holds. */
  public Unrolling unroll(OnnxNode node) {
    Unrolling out = Unrolling.of(node, names);
    bodies.put(node.members().get(0), new ArrayList<>());
    return out;
  }

  /** What each replaced node becomes, by identity; some of it may be replaced in turn. */
  public Map<NodeProto, List<NodeProto>> bodies() {
    return bodies;
  }
}
