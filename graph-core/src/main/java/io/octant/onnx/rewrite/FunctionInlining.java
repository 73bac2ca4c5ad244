package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import io.octant.onnx.OnnxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Calls of a model's local functions replaced by their bodies. */
public final class FunctionInlining {
  private static final int DEEPEST = 32;
  private static final int MOST_NODES = 200_000;

  private final Map<String, FunctionProto> functions = new HashMap<>();
  private final Map<String, Long> opsets = new LinkedHashMap<>();
  private final Names names;
  private final List<NodeProto> out = new ArrayList<>();

  private FunctionInlining(ModelProto model) {
    this.names = new Names(model.getGraph());
    for (OperatorSetIdProto set : model.getOpsetImportList()) {
      opsets.put(domain(set.getDomain()), set.getVersion());
    }
    for (FunctionProto f : model.getFunctionsList()) {
      functions.put(key(f.getDomain(), f.getName(), f.getOverload()), f);
    }
  }

  private static String domain(String domain) {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  private static String key(String domain, String name, String overload) {
    return domain(domain) + ":" + name + ":" + overload;
  }

  /**
   * The model without functions; itself if it has none.
   *
   * @throws OnnxException naming the function, if it calls itself, grows beyond bounds, or is
   *     written for another version of an operator set than the model
   */
  public static ModelProto run(ModelProto model) {
    if (model.getFunctionsCount() == 0) {
      return model;
    }
    FunctionInlining inlining = new FunctionInlining(model);
    model.getGraph().getNodeList().forEach(n -> inlining.add(n, 0));
    ModelProto.Builder builder = model.toBuilder().clearFunctions().clearOpsetImport();
    GraphProto.Builder graph = builder.getGraphBuilder().clearNode();
    inlining.out.forEach(graph::addNode);
    inlining.opsets.forEach(
        (domain, version) ->
            builder.addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version)));
    return builder.build();
  }

  private void add(NodeProto node, int depth) {
    FunctionProto f = functions.get(key(node.getDomain(), node.getOpType(), node.getOverload()));
    if (f == null) {
      out.add(node);
      if (out.size() > MOST_NODES) {
        throw new OnnxException(
            "Cannot inline functions: more than " + MOST_NODES + " nodes, expected fewer");
      }
      return;
    }
    if (depth > DEEPEST) {
      throw FunctionBody.failure(f, "calls itself or is nested deeper than " + DEEPEST);
    }
    importOpsets(f);
    for (NodeProto inner : FunctionBody.of(f, node, names)) {
      add(inner, depth + 1);
    }
  }

  private void importOpsets(FunctionProto f) {
    for (OperatorSetIdProto set : f.getOpsetImportList()) {
      Long version = opsets.putIfAbsent(domain(set.getDomain()), set.getVersion());
      if (version != null && version != set.getVersion()) {
        throw FunctionBody.failure(
            f,
            "is written for version "
                + set.getVersion()
                + " of operator set '"
                + set.getDomain()
                + "', expected the model's "
                + version);
      }
    }
  }
}
