package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Conditionals replaced by the branch that is taken, and operators by their bodies. */
public final class BranchSelection {
  private final Map<NodeProto, GraphProto> taken;
  private final Map<NodeProto, List<NodeProto>> bodies;
  private final Names names;
  private final GraphProto.Builder out;

  private BranchSelection(
      ModelProto model, Map<NodeProto, GraphProto> taken, Map<NodeProto, List<NodeProto>> bodies) {
    this.taken = taken;
    this.bodies = bodies;
    this.names = new Names(model.getGraph());
    this.out = model.getGraph().toBuilder().clearNode();
  }

  /**
   * The model with decided conditionals and expanded operators replaced.
   *
   * @param taken the branch of each If node, by identity; nested ones included
   * @param bodies the nodes that each expanded node becomes, by identity; nested ones included
   */
  public static ModelProto run(
      ModelProto model, Map<NodeProto, GraphProto> taken, Map<NodeProto, List<NodeProto>> bodies) {
    BranchSelection selection = new BranchSelection(model, taken, bodies);
    model.getGraph().getNodeList().forEach(n -> selection.add(n, new HashMap<>()));
    return model.toBuilder().setGraph(selection.out).build();
  }

  /** Adds a node; tensors of the branch that it stands in have the names given. */
  private void add(NodeProto node, Map<String, String> scope) {
    List<NodeProto> body = bodies.get(node);
    if (body != null) {
      body.forEach(n -> add(n, scope));
      return;
    }
    GraphProto branch = taken.get(node);
    if (branch == null) {
      out.addNode(Names.renamed(node, name -> scope.getOrDefault(name, name)));
      return;
    }
    Map<String, String> inner = new HashMap<>(scope);
    List<TensorProto> constants = new ArrayList<>();
    for (TensorProto t : branch.getInitializerList()) {
      inner.put(t.getName(), names.fresh(t.getName()));
      constants.add(t.toBuilder().setName(inner.get(t.getName())).build());
    }
    constants.forEach(out::addInitializer);
    for (NodeProto n : branch.getNodeList()) {
      n.getOutputList().stream()
          .filter(o -> !o.isEmpty())
          .forEach(o -> inner.put(o, names.fresh(o)));
    }
    branch.getNodeList().forEach(n -> add(n, inner));
    for (int i = 0; i < node.getOutputCount(); i++) {
      String from = branch.getOutput(i).getName();
      String to = node.getOutput(i);
      if (!to.isEmpty()) {
        out.addNode(
            NodeProto.newBuilder()
                .setOpType("Identity")
                .setName(node.getName().isEmpty() ? "" : node.getName() + "/output_" + i)
                .addInput(inner.getOrDefault(from, from))
                .addOutput(scope.getOrDefault(to, to)));
      }
    }
  }
}
