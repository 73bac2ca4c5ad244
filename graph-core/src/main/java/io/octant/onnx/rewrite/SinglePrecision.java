package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Models of float16, bfloat16 and float64 numbers computed in float32. Constants and casts inside
 * become float32; inputs and outputs keep their types, behind a Cast. Doubles lose precision and
 * become infinite beyond 3.4e38; half precision is no longer rounded to.
 */
public final class SinglePrecision {
  private static final Set<Integer> OTHERS =
      Set.of(
          TensorProto.DataType.FLOAT16_VALUE,
          TensorProto.DataType.BFLOAT16_VALUE,
          TensorProto.DataType.DOUBLE_VALUE);

  private SinglePrecision() {}

  /** Whether a type is a floating point type that a rewritten model does not compute with. */
  public static boolean isOther(int onnxType) {
    return OTHERS.contains(onnxType);
  }

  /** The model that computes in float32. */
  public static ModelProto run(ModelProto model) {
    GraphProto graph = model.getGraph();
    Names names = new Names(graph);
    Map<String, String> renamed = new HashMap<>();
    GraphProto.Builder out = graph.toBuilder().clearNode().clearInitializer().clearValueInfo();
    for (TensorProto t : graph.getInitializerList()) {
      out.addInitializer(single(t));
    }
    Set<String> constants = new java.util.HashSet<>();
    graph.getInitializerList().forEach(t -> constants.add(t.getName()));
    for (int i = 0; i < graph.getInputCount(); i++) {
      ValueInfoProto in = graph.getInput(i);
      if (!isOther(type(in))) {
        continue;
      }
      if (constants.contains(in.getName())) { // its declared type follows the constant
        out.getInputBuilder(i).getTypeBuilder().getTensorTypeBuilder().setElemType(1);
        continue;
      }
      String single = names.fresh(in.getName() + "_float32");
      renamed.put(in.getName(), single);
      out.addNode(cast(in.getName(), single, 1));
    }
    Map<String, Integer> returned = new LinkedHashMap<>();
    for (ValueInfoProto o : graph.getOutputList()) {
      if (isOther(type(o)) && !returned.containsKey(o.getName())) {
        returned.put(o.getName(), type(o));
        renamed.putIfAbsent(o.getName(), names.fresh(o.getName() + "_float32"));
      }
    }
    for (NodeProto n : graph.getNodeList()) {
      out.addNode(single(Names.renamed(n, name -> renamed.getOrDefault(name, name))));
    }
    returned.forEach(
        (name, type) -> {
          boolean made =
              graph.getNodeList().stream().anyMatch(n -> n.getOutputList().contains(name));
          if (made) {
            out.addNode(cast(renamed.getOrDefault(name, name), name, type));
          }
        });
    graph.getValueInfoList().stream().filter(v -> !isOther(type(v))).forEach(out::addValueInfo);
    return model.toBuilder().setGraph(out).build();
  }

  private static int type(ValueInfoProto value) {
    return value.getType().getTensorType().getElemType();
  }

  private static NodeProto cast(String from, String to, int type) {
    return NodeProto.newBuilder()
        .setOpType("Cast")
        .setName(to + "/Cast")
        .addInput(from)
        .addOutput(to)
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("to")
                .setType(AttributeProto.AttributeType.INT)
                .setI(type))
        .build();
  }

  private static NodeProto single(NodeProto node) {
    NodeProto.Builder out = node.toBuilder().clearAttribute();
    for (AttributeProto a : node.getAttributeList()) {
      AttributeProto.Builder copy = a.toBuilder();
      if (a.hasT()) {
        copy.setT(single(a.getT()));
      }
      if (a.hasG()) {
        copy.setG(single(a.getG()));
      }
      if (node.getOpType().equals("Cast") && a.getName().equals("to") && isOther((int) a.getI())) {
        copy.setI(1);
      }
      out.addAttribute(copy);
    }
    return out.build();
  }

  private static GraphProto single(GraphProto graph) {
    GraphProto.Builder out = graph.toBuilder().clearNode().clearInitializer().clearValueInfo();
    graph.getInitializerList().forEach(t -> out.addInitializer(single(t)));
    graph.getNodeList().forEach(n -> out.addNode(single(n)));
    return out.build();
  }

  private static TensorProto single(TensorProto tensor) {
    if (!isOther(tensor.getDataType())) {
      return tensor;
    }
    Tensor from = OnnxTensors.decode(tensor);
    float[] out = new float[from.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) from.doubleAt(i);
    }
    return OnnxTensors.encode(tensor.getName(), Tensor.of(DType.FLOAT32, from.shape(), out));
  }
}
