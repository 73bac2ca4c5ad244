package io.octant.jobs;

import ai.onnx.proto.OnnxMl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Model files of which something is wrong. */
final class ModelFiles {

  static final Path GOOD = Path.of("../examples/models/digits-resnet/model.onnx");

  private ModelFiles() {}

  static Path truncated(Path folder) throws IOException {
    byte[] whole = Files.readAllBytes(GOOD);
    return Files.write(
        folder.resolve("truncated.onnx"), java.util.Arrays.copyOf(whole, whole.length / 2));
  }

  static Path text(Path folder) throws IOException {
    return Files.writeString(folder.resolve("text.onnx"), "This is not a model.\n");
  }

  static Path empty(Path folder) throws IOException {
    return Files.write(folder.resolve("empty.onnx"), new byte[0]);
  }

  /** The example with its first Relu replaced by an operator that nobody quantizes. */
  static Path unsupported(Path folder) throws IOException {
    OnnxMl.ModelProto model = OnnxMl.ModelProto.parseFrom(Files.readAllBytes(GOOD));
    OnnxMl.ModelProto.Builder changed = model.toBuilder();
    OnnxMl.GraphProto.Builder graph = changed.getGraphBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (graph.getNode(i).getOpType().equals("Relu")) {
        graph.getNodeBuilder(i).setOpType("MeanVarianceNormalization").setName("odd/node");
        break;
      }
    }
    return Files.write(folder.resolve("unsupported.onnx"), changed.build().toByteArray());
  }
}
