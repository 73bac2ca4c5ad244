package io.octant.jobs.cluster;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import java.util.Random;

/**
 * A network of the shape of resnet18 (He et al., 2015, table 1) with fewer channels and weights by
 * chance: {@code input} [batch, 3, 224, 224], {@code logits} [batch, 10], operator set 17.
 */
public final class ResidualNetwork {
  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
  private static final int CLASSES = 10;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("resnet");
  private final Random random;

  private ResidualNetwork(long seed) {
    this.random = new Random(seed);
  }

  /**
   * The model's file.
   *
   * @param channels of the first stage; each of the three others has twice those before it
   * @param seed of the weights
   */
  public static byte[] onnx(int channels, long seed) {
    return new ResidualNetwork(seed).model(channels).toByteArray();
  }

  private ModelProto model(int channels) {
    graph.addInput(value("input", 3, 224, 224)).addOutput(value("logits", CLASSES));
    String x = relu(convolution("input", 3, channels, 7, 2));
    x = node("MaxPool", List.of(x), ints("kernel_shape", 3, 3), strides(2), pads(1));
    int from = channels;
    for (int stage = 0; stage < 4; stage++) {
      int to = channels << stage;
      x = block(x, from, to, stage == 0 ? 1 : 2);
      x = block(x, to, to, 1);
      from = to;
    }
    x = node("Flatten", List.of(node("GlobalAveragePool", List.of(x))));
    String weight = weight(from, from, CLASSES);
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Gemm")
            .setName("fc")
            .addAllInput(List.of(x, weight))
            .addOutput("logits"));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph)
        .build();
  }

  private String block(String x, int from, int to, int stride) {
    String path = relu(convolution(x, from, to, 3, stride));
    path = convolution(path, to, to, 3, 1);
    String around = from == to ? x : convolution(x, from, to, 1, stride);
    return relu(node("Add", List.of(path, around)));
  }

  private String relu(String x) {
    return node("Relu", List.of(x));
  }

  private String convolution(String x, int from, int to, int kernel, int stride) {
    return node(
        "Conv",
        List.of(x, weight(from * kernel * kernel, to, from, kernel, kernel)),
        strides(stride),
        pads(kernel / 2));
  }

  /** Normal values, scaled so that those behind the layer are as large as those before it. */
  private String weight(int fanIn, long... dims) {
    String name = "w" + graph.getInitializerCount();
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    long numel = 1;
    for (long dim : dims) {
      tensor.addDims(dim);
      numel *= dim;
    }
    for (long i = 0; i < numel; i++) {
      tensor.addFloatData((float) (random.nextGaussian() / Math.sqrt(fanIn)));
    }
    graph.addInitializer(tensor);
    return name;
  }

  private String node(String type, List<String> inputs, AttributeProto... attributes) {
    String name = type + graph.getNodeCount();
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType(type)
            .setName(name)
            .addAllInput(inputs)
            .addOutput(name)
            .addAllAttribute(List.of(attributes)));
    return name;
  }

  private static AttributeProto strides(long stride) {
    return ints("strides", stride, stride);
  }

  private static AttributeProto pads(long pad) {
    return ints("pads", pad, pad, pad, pad);
  }

  private static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static ValueInfoProto value(String name, long... dims) {
    TypeProto.Tensor.Builder type = TypeProto.Tensor.newBuilder().setElemType(FLOAT);
    type.getShapeBuilder().addDimBuilder().setDimParam("batch");
    for (long dim : dims) {
      type.getShapeBuilder().addDimBuilder().setDimValue(dim);
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }
}
