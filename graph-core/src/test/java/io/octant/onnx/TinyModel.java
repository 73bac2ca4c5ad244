package io.octant.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Builds small ONNX models. Inputs have a symbolic batch as their first axis. */
final class TinyModel {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("tiny");
  private final Map<String, Tensor> samples = new LinkedHashMap<>();
  private final int opset;

  TinyModel(int opset) {
    this.opset = opset;
  }

  /** A model of one node over the given inputs, constants being those with a name in capitals. */
  static TinyModel of(int opset, String opType, List<String> inputs, Object... attributes) {
    return new TinyModel(opset).node(opType, inputs, List.of("y"), attributes).output("y");
  }

  /** An input with a sample value; its batch is left open. */
  TinyModel input(String name, Tensor sample) {
    samples.put(name, sample);
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(OnnxTypes.onnxType(sample.dtype()).getNumber());
    int[] dims = sample.shape().toArray();
    for (int i = 0; i < dims.length; i++) {
      if (i == 0) {
        type.getShapeBuilder().addDimBuilder().setDimParam("batch");
      } else {
        type.getShapeBuilder().addDimBuilder().setDimValue(dims[i]);
      }
    }
    type.getShapeBuilder();
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(type)));
    return this;
  }

  TinyModel constant(String name, Tensor value) {
    graph.addInitializer(OnnxTensors.encode(name, value));
    return this;
  }

  TinyModel constant(TensorProto value) {
    graph.addInitializer(value);
    return this;
  }

  /** A node; {@code domain:Type} outside the default domain. */
  TinyModel node(String opType, List<String> inputs, List<String> outputs, Object... attributes) {
    int colon = opType.indexOf(':');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setDomain(opType.substring(0, Math.max(0, colon)))
            .setOpType(opType.substring(colon + 1))
            .setName(opType.substring(colon + 1) + "_" + graph.getNodeCount())
            .addAllInput(inputs)
            .addAllOutput(outputs);
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    graph.addNode(node);
    return this;
  }

  /** Gives the last node the name that an exporter would. */
  TinyModel named(String name) {
    graph.getNodeBuilder(graph.getNodeCount() - 1).setName(name);
    return this;
  }

  static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    if (value instanceof Integer i) {
      a.setType(AttributeProto.AttributeType.INT).setI(i);
    } else if (value instanceof Number f) {
      a.setType(AttributeProto.AttributeType.FLOAT).setF(f.floatValue());
    } else if (value instanceof String s) {
      a.setType(AttributeProto.AttributeType.STRING).setS(ByteString.copyFromUtf8(s));
    } else if (value instanceof int[] ints) {
      a.setType(AttributeProto.AttributeType.INTS);
      Arrays.stream(ints).forEach(a::addInts);
    } else if (value instanceof float[] floats) {
      a.setType(AttributeProto.AttributeType.FLOATS);
      for (float f : floats) {
        a.addFloats(f);
      }
    } else if (value instanceof String[] strings) {
      a.setType(AttributeProto.AttributeType.STRINGS);
      Arrays.stream(strings).map(ByteString::copyFromUtf8).forEach(a::addStrings);
    } else if (value instanceof GraphProto g) {
      a.setType(AttributeProto.AttributeType.GRAPH).setG(g);
    } else if (value instanceof Tensor t) {
      a.setType(AttributeProto.AttributeType.TENSOR).setT(OnnxTensors.encode("", t));
    } else {
      throw new AssertionError("Cannot make attribute " + name + " of " + value);
    }
    return a.build();
  }

  TinyModel output(String name) {
    return output(name, DType.FLOAT32);
  }

  TinyModel output(String name, DType dtype) {
    TypeProto.Tensor type =
        TypeProto.Tensor.newBuilder().setElemType(OnnxTypes.onnxType(dtype).getNumber()).build();
    graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName(name)
            .setType(TypeProto.newBuilder().setTensorType(type)));
    return this;
  }

  /** Does something with the finished model. */
  void apply(Consumer<TinyModel> use) {
    use.accept(this);
  }

  Map<String, Tensor> samples() {
    return samples;
  }

  /** The graph alone, the body of a node. */
  GraphProto graph() {
    return graph.build();
  }

  OnnxModel build() {
    ModelProto proto =
        ModelProto.newBuilder()
            .setIrVersion(opset >= 21 ? 10 : 8)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
            .addAllOpsetImport(
                graph.getNodeList().stream()
                    .map(NodeProto::getDomain)
                    .filter(domain -> !domain.isEmpty())
                    .distinct()
                    .map(d -> OperatorSetIdProto.newBuilder().setDomain(d).setVersion(1).build())
                    .toList())
            .setGraph(graph)
            .build();
    return OnnxModel.of(proto, "tiny.onnx");
  }
}
