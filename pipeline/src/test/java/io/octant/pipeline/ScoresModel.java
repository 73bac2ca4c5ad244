package io.octant.pipeline;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.octant.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The residual network of digits, whose scores go through more nodes. */
final class ScoresModel {
  /** The value of its scores. */
  static final String SCORES = "scores";

  private ScoresModel() {}

  /** A node with such inputs; what it gives is named after it. */
  static NodeProto.Builder node(String operator, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .addAllInput(List.of(inputs))
        .addOutput(operator);
  }

  /**
   * Writes it.
   *
   * @param constant value of the input {@code constant} of nodes that have it
   * @param nodes in order; the last one gives the output
   */
  static Path write(Path file, float constant, NodeProto.Builder... nodes) throws IOException {
    OnnxModel own = OnnxModel.load(Path.of("../examples/models/digits-resnet/model.onnx"));
    ModelProto.Builder model = own.proto().toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    String output = graph.getOutput(0).getName();
    graph.getNodeBuilderList().stream()
        .filter(n -> n.getOutputList().contains(output))
        .findFirst()
        .orElseThrow()
        .setOutput(0, SCORES);
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName("constant")
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .addFloatData(constant));
    nodes[nodes.length - 1].setOutput(0, output);
    for (NodeProto.Builder node : nodes) {
      graph.addNode(node);
    }
    Files.write(file, model.build().toByteArray());
    return file;
  }
}
