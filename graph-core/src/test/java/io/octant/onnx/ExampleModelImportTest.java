package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trained models through the reference interpreter against ONNX Runtime. */
class ExampleModelImportTest {
  static Stream<Path> files() {
    return ExampleModels.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void computesWhatOnnxRuntimeComputesAtAnyBatch(Path file) {
    OnnxModel model = OnnxModel.load(file);
    GraphModule graph = OnnxImporter.run(model, ImportOptions.none());
    for (int batch : new int[] {1, 2, 5}) {
      Tensor input = Tensors.normal(new Random(7), batch, 1, 28, 28);
      Tensor expected = OnnxRuntime.run(model, Map.of("input", input)).get(0);
      Tensors.assertClose(graph.runTensor(input), expected, 1e-5, file + " at batch " + batch);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet", "mobilenet", "vit"})
  void bothExportersGiveTheSameGraph(String model) {
    GraphModule dynamo = OnnxImporter.load(ExampleModels.file(model, "model"));
    GraphModule script = OnnxImporter.load(ExampleModels.file(model, "model_ts17"));
    assertThat(script.toString()).isEqualTo(dynamo.toString());
  }

  @Test
  void modulesHaveThePathsOfTheExportedProgram() {
    GraphModule graph = OnnxImporter.load(ExampleModels.file("resnet", "model_bn17"));
    assertThat(types(graph))
        .containsEntry("stem.0", "torch.nn.Conv2d")
        .containsEntry("stem.1", "torch.nn.BatchNorm2d")
        .containsEntry("layer1.0.conv1", "torch.nn.Conv2d")
        .containsEntry("layer1.0.relu2", "torch.nn.ReLU")
        .containsEntry("layer2.0.down.1", "torch.nn.BatchNorm2d")
        .containsEntry("pool", "torch.nn.AdaptiveAvgPool2d")
        .containsEntry("fc", "torch.nn.Linear");
    assertThat(types(OnnxImporter.load(ExampleModels.file("vit", "model_ts17"))))
        .containsEntry("patch", "torch.nn.Conv2d")
        .containsEntry("blocks.2.norm1", "torch.nn.LayerNorm")
        .containsEntry("blocks.2.attn.qkv", "torch.nn.Linear")
        .containsEntry("blocks.2.attn.softmax", "torch.nn.Softmax")
        .containsEntry("blocks.2.act", "torch.nn.GELU");
  }

  private static Map<String, String> types(GraphModule graph) {
    Map<String, String> out = new TreeMap<>();
    graph.forEachModule((path, m) -> out.put(path, m.type().name()));
    return out;
  }

  @Test
  void functionsKnowTheModuleThatTheyStoodIn() {
    for (String variant : List.of("model", "model_ts17")) {
      GraphModule graph = OnnxImporter.load(ExampleModels.file("resnet", variant));
      assertThat(graph.graph().node("add_1").scope().modulePath()).isEqualTo("layer2.0");
      assertThat(graph.graph().node("layer2_0_conv1").scope().modulePath())
          .isEqualTo("layer2.0.conv1");
    }
  }

  @Test
  void originsNameTheFilesNodesTensorsAndInitializers() {
    OnnxModel model = OnnxModel.load(ExampleModels.file("vit", "model_ts17"));
    OnnxSource source =
        OnnxImporter.run(model, ImportOptions.none()).attachment(OnnxSource.class).orElseThrow();
    OnnxOrigin gelu = source.nodes().get("blocks_0_act");
    assertThat(gelu.opType()).isEqualTo("Gelu");
    assertThat(gelu.nodes().stream().map(i -> model.graph().getNode(i).getOpType()))
        .containsExactly("Div", "Erf", "Add", "Mul", "Mul");
    OnnxOrigin linear = source.nodes().get("blocks_0_fc1");
    assertThat(linear.initializers())
        .containsEntry("weight", "onnx::MatMul_285")
        .containsEntry("bias", "blocks.0.fc1.bias");
    assertThat(linear.output()).isEqualTo("/blocks/blocks.0/fc1/Add_output_0");
    assertThat(source.tensors()).containsEntry("/blocks/blocks.0/fc1/Add_output_0", "blocks_0_fc1");
    assertThat(source.inputs())
        .containsExactly(new OnnxInput("input", DType.FLOAT32, Shape.of(1, 28, 28), 0, 0));
    assertThat(source.sha256()).hasSize(64).isEqualTo(model.sha256());
  }
}
