package io.octant.pipeline.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.engine.IntegerLayers;
import io.octant.graph.GraphModule;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.ImportOptions;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TrainedCheckpointTest {
  @Test
  void loadsWhatPyTorchSaved() throws Exception {
    byte[] onnx = Files.readAllBytes(Path.of("../examples/models/digits-resnet/model_bn17.onnx"));
    byte[] state =
        Files.readAllBytes(Path.of("../examples/models/digits-resnet/qat_state.safetensors"));
    ModelSteps steps =
        new ModelSteps(
            OnnxModel.parse(onnx, "model_bn17.onnx"),
            ImportOptions.none(),
            DefaultQConfigMappings.qat(QuantizedEngine.X86),
            BackendConfigs.of("native"),
            QuantizedEngine.X86);
    GraphModule trained = TrainedCheckpoint.load(steps.preparedForTraining(), state);
    GraphModule int8 = steps.int8(trained);
    assertThat(IntegerLayers.of(int8, "").total()).isEqualTo(14);
  }
}
