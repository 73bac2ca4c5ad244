package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Whether a written model is one that runtimes load: every tensor is made once and before it is
 * read, inputs, outputs and initializers are unique, the operator sets of all domains are imported,
 * all tensors are inside the file, and scales are normal, finite and positive. The rules are those
 * of the ONNX specification's static single assignment, onnx/docs/IR.md.
 */
final class ModelCheck {
  private final OnnxModel model;
  private final Set<String> domains = new HashSet<>();

  private ModelCheck(OnnxModel model) {
    this.model = model;
    for (OperatorSetIdProto o : model.proto().getOpsetImportList()) {
      domains.add(domain(o.getDomain()));
    }
  }

  /**
   * Checks a model and the graphs within its nodes.
   *
   * @throws OnnxException naming the file and the node or tensor at fault
   */
  static void require(OnnxModel model) {
    new ModelCheck(model).check(model.graph(), Set.of());
  }

  private void check(GraphProto graph, Set<String> outside) {
    Set<String> made = new HashSet<>(outside);
    Map<String, TensorProto> initializers = new HashMap<>();
    for (ValueInfoProto in : graph.getInputList()) {
      requireNew(made.add(in.getName()), "input", in.getName());
    }
    Set<String> inputs = Set.copyOf(made);
    for (TensorProto t : graph.getInitializerList()) {
      requireNew(initializers.put(t.getName(), t) == null, "initializer", t.getName());
      requireNew(made.add(t.getName()) || inputs.contains(t.getName()), "tensor", t.getName());
      if (t.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
        throw error("initializer " + t.getName(), "kept in another file", "in this one");
      }
    }
    for (NodeProto node : graph.getNodeList()) {
      check(node, made, initializers);
    }
    Set<String> outputs = new HashSet<>();
    for (ValueInfoProto out : graph.getOutputList()) {
      requireNew(outputs.add(out.getName()), "output", out.getName());
      if (!made.contains(out.getName())) {
        throw error("output " + out.getName(), "made by no node", "a node that makes it");
      }
    }
  }

  private void check(NodeProto node, Set<String> made, Map<String, TensorProto> initializers) {
    String label = node.getOpType() + " node '" + node.getName() + "'";
    if (!domains.contains(domain(node.getDomain()))) {
      throw error(label, "operator set of domain '" + node.getDomain() + "'", "one imported");
    }
    for (String in : node.getInputList()) {
      if (!in.isEmpty() && !made.contains(in)) {
        throw error(label, "input " + in, "a tensor that an earlier node makes");
      }
    }
    for (AttributeProto a : node.getAttributeList()) {
      if (a.hasG()) {
        check(a.getG(), made);
      }
      a.getGraphsList().forEach(g -> check(g, made));
    }
    if (node.getOpType().equals("QuantizeLinear") || node.getOpType().equals("DequantizeLinear")) {
      TensorProto scale = initializers.get(node.getInput(1));
      if (scale != null) {
        requireScale(label, scale);
      }
    }
    for (String out : node.getOutputList()) {
      requireNew(out.isEmpty() || made.add(out), "tensor", out);
    }
  }

  private void requireScale(String label, TensorProto stored) {
    Tensor scale = OnnxTensors.decode(stored);
    for (int i = 0; i < scale.numel(); i++) {
      double s = scale.doubleAt(i);
      if (!(s >= Float.MIN_NORMAL && s <= Float.MAX_VALUE)) {
        throw error(
            label, "scale " + s + " of " + stored.getName(), "a normal, finite and positive one");
      }
    }
  }

  private void requireNew(boolean isNew, String what, String name) {
    if (!isNew) {
      throw error(what + " " + name, "made twice", "once");
    }
  }

  private OnnxException error(String what, String found, String expected) {
    return new OnnxException(
        "Cannot export to "
            + model.source()
            + ": "
            + what
            + ": "
            + found
            + ", expected "
            + expected);
  }

  private static String domain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }
}
