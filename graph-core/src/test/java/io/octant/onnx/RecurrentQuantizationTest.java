package io.octant.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.onnx.qdq.Provenance;
import io.octant.onnx.qdq.QdqExport;
import io.octant.onnx.qdq.QdqExporter;
import io.octant.onnx.suite.Recorded;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recurrent networks that PyTorch has exported, quantized and exported again. */
class RecurrentQuantizationTest {
  private static Exported exported(String name, QConfigMapping mapping) {
    Path folder = Path.of("src/test/resources/onnx-cases/" + name);
    OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));
    return Exported.of(model, Map.of("x", Recorded.input(folder, 0)), mapping);
  }

  private static String type(String name) {
    return name.split("_")[1].toUpperCase(Locale.ROOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch_lstm_ts", "torch_lstm_dyn", "torch_gru_ts", "torch_gru_dyn"})
  void dynamicQuantizationIsTorchs(String name) {
    Exported e = exported(name, QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_DYNAMIC));
    assertThat(OperatorCheck.calls(e.int8()))
        .contains("torch.ao.nn.quantized.dynamic." + type(name))
        .doesNotContain("torch.nn." + type(name));
    e.agrees(35);
  }

  /** The file quantizes what recurrent layers read, not their weights: they are named. */
  @Test
  void weightsOfRecurrentLayersThatStayFloatAreNamed() {
    Path folder = Path.of("src/test/resources/onnx-cases/torch_gru_ts");
    OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));
    GraphModule imported = OnnxImporter.run(model, ImportOptions.none());
    GraphModule prepared =
        QuantizeFx.prepare(imported, QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_DYNAMIC));
    prepared.run(Recorded.input(folder, 0));
    GraphModule reference = QuantizeFx.convertToReference(prepared);
    QdqExport export = QdqExporter.export(model, imported, reference, Provenance.none());
    assertThat(export.leftFloat()).containsExactly("rnn");
  }

  @ParameterizedTest
  @ValueSource(strings = {"torch_lstm_ts", "torch_gru_dyn", "torch_rnn_ts"})
  void byDefaultLayersStayFloat(String name) {
    Path folder = Path.of("src/test/resources/onnx-cases/" + name);
    OnnxModel model = OnnxModel.load(folder.resolve("model.onnx"));
    Exported e = Exported.of(model, Map.of("x", Recorded.input(folder, 0)));
    assertThat(OperatorCheck.calls(e.int8())).contains("torch.nn." + type(name));
    e.agrees(30);
  }
}
