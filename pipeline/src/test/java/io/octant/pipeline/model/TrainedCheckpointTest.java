package io.octant.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.engine.IntegerLayers;
import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.ImportOptions;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TrainedCheckpointTest {
  private static final Path FOLDER = Path.of("../examples/models/digits-resnet");

  @Test
  void loadsWhatPyTorchSaved() throws Exception {
    ModelSteps steps = steps("model_bn17.onnx");
    GraphModule trained = TrainedCheckpoint.load(steps.preparedForTraining(), state());
    GraphModule int8 = steps.int8(trained);
    assertThat(IntegerLayers.of(int8, "").total()).isEqualTo(14);
  }

  /** The file without batch norms has tensors that the state dict has not, and the other way. */
  @Test
  void anotherGraphIsRefusedWithTensorsOfBothSides() throws Exception {
    GraphModule fused = steps("model.onnx").preparedForTraining();
    assertThatThrownBy(() -> TrainedCheckpoint.load(fused, state()))
        .isInstanceOf(OctantException.class)
        .hasMessageMatching(
            "(?s)Cannot load checkpoint: \\d+ tensors are missing, such as .*; \\d+ are not of the"
                + " model, such as .*, expected the state dict of prepare_qat_fx .*");
  }

  @Test
  void anotherShapeOrAnUnknownNameIsRefused() throws Exception {
    GraphModule prepared = steps("model_bn17.onnx").preparedForTraining();
    assertThatThrownBy(
            () ->
                TrainedCheckpoint.load(
                    prepared, replaced("\"shape\":[64,32,1,1]", "\"shape\":[32,64,1,1]")))
        .hasMessageContaining(
            "layer3.0.down.0.weight has shape [32, 64, 1, 1], expected the model's");
    assertThatThrownBy(
            () -> TrainedCheckpoint.load(prepared, replaced("\"fc.weight\"", "\"fd.weight\"")))
        .hasMessageContaining("1 tensors are missing, such as fc.weight")
        .hasMessageContaining("1 are not of the model, such as fd.weight (nearest fc.weight)");
  }

  @Test
  void whatIsNoStateDictIsRefused() throws Exception {
    GraphModule prepared = steps("model_bn17.onnx").preparedForTraining();
    byte[] cut = Arrays.copyOf(state(), 1000);
    assertThatThrownBy(() -> TrainedCheckpoint.load(prepared, cut))
        .isInstanceOf(OctantException.class);
    assertThatThrownBy(() -> TrainedCheckpoint.load(prepared, new byte[0]))
        .isInstanceOf(OctantException.class);
  }

  /** The file with a text of equal length in its header. */
  private static byte[] replaced(String text, String by) throws Exception {
    String all = new String(state(), StandardCharsets.ISO_8859_1);
    assertThat(all).contains(text);
    return all.replaceFirst(java.util.regex.Pattern.quote(text), by)
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] state() throws Exception {
    return Files.readAllBytes(FOLDER.resolve("qat_state.safetensors"));
  }

  private static ModelSteps steps(String file) throws Exception {
    return new ModelSteps(
        OnnxModel.parse(Files.readAllBytes(FOLDER.resolve(file)), file),
        ImportOptions.none(),
        DefaultQConfigMappings.qat(QuantizedEngine.X86),
        BackendConfigs.of("native"),
        QuantizedEngine.X86);
  }
}
