package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.graph.Operation;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.suite.Recorded;
import io.octant.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that ONNX Runtime's optimizer and quantizer wrote. */
class OnnxRuntimeModelsTest {
  private static final Path MODELS = Path.of("src/test/resources/onnx-runtime");

  private static OnnxModel model(String name) {
    return OnnxModel.load(MODELS.resolve(name).resolve("model.onnx"));
  }

  private static Map<String, Tensor> inputs(String name) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    Path folder = MODELS.resolve(name);
    for (int i = 0; Files.exists(folder.resolve("in." + i + ".npy")); i++) {
      out.put(model(name).graph().getInput(i).getName(), Recorded.input(folder, i));
    }
    return out;
  }

  private static GraphModule imported(String name) {
    return OnnxImporter.run(model(name), ImportOptions.none());
  }

  /** Quantized results may be one step of 1/255 apart. */
  @ParameterizedTest
  @CsvSource({
    "bert_optimized, 1e-5",
    "bert_dynamic, 1e-4",
    "bert_dynamic_optimized, 1e-4",
    "conv_qoperator, 0.01",
    "conv_qoperator_channels, 0.01",
    "conv_qdq_optimized, 0.012"
  })
  void computesWhatOnnxRuntimeDoes(String name, double tolerance) {
    Map<String, Tensor> inputs = inputs(name);
    Tensor actual = (Tensor) imported(name).run(inputs.values().toArray());
    Tensor expected = OnnxRuntime.run(model(name), inputs).get(0);
    Tensors.assertClose(actual, expected, tolerance, name);
    Tensors.assertClose(actual, Recorded.output(MODELS.resolve(name), 0), tolerance, name);
  }

  @Test
  void fusedOperatorsBecomeLayers() {
    assertThat(OperatorCheck.calls(imported("bert_optimized")))
        .contains("torch.nn.LayerNorm", "torch.nn.Linear", "torch.nn.functional.gelu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv_qoperator", "conv_qoperator_channels", "conv_qdq_optimized"})
  void operatorsOnIntegersBecomeQuantizedLayers(String name) {
    GraphModule graph = imported(name);
    long layers =
        graph.graph().nodes().stream()
            .filter(n -> n.operation() instanceof Operation.CallModule)
            .filter(n -> graph.moduleOf(n) instanceof ReferenceModule)
            .count();
    assertThat(layers).isEqualTo(4);
    assertThat(OperatorCheck.calls(graph)).doesNotContain("torch.nn.Conv2d", "torch.nn.Linear");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert_optimized",
        "bert_dynamic_optimized",
        "conv_qoperator",
        "conv_qdq_optimized"
      })
  void isQuantizedAndExported(String name) {
    Exported.of(model(name), inputs(name)).agrees(20);
  }
}
