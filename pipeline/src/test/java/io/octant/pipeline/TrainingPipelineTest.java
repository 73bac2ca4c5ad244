package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.training.OptimizerSettings;
import io.octant.pipeline.training.TrainingSettings;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfig;
import io.octant.reference.quantized.QuantizedEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a float model to a trained int8 one. */
class TrainingPipelineTest {
  private static final FileSource DIGITS =
      ParquetFormat.source("../examples/digits/train.parquet").withColumn("input", "image");

  /** Weights of 4 bits with one scale a layer, which calibration alone does not bear. */
  private static QuantizationMethod fourBits() {
    return new QuantizationMethod(
        DefaultQConfigMappings.octant(QuantizedEngine.QNNPACK, ActivationRange.EIGHT_BITS)
            .map(TrainingPipelineTest::narrowed),
        BackendConfigs.octant("qnnpack"),
        QuantizedEngine.QNNPACK);
  }

  private static QConfig narrowed(QConfig q) {
    return q.weight().type().endsWith("MinMaxObserver")
        ? q.withWeight(q.weight().with("quant_min", -8).with("quant_max", 7))
        : q;
  }

  private static TrainingSpec spec(String model, int partitions, Path output) {
    QuantizationSpec base =
        QuantizationSpec.of(
            QuantizationSpec.Model.of("../examples/models/digits-mobilenet/" + model),
            new Data(
                DIGITS.withLimit(64).withPartitions(partitions),
                Optional.of(DigitsRun.EVALUATION.withLimit(300)),
                32),
            fourBits(),
            new Output(output.toString(), IfPresent.REFUSE));
    return new TrainingSpec(
        base,
        DIGITS.withLabel("label").withLimit(640).withPartitions(partitions),
        TrainingSettings.of(OptimizerSettings.sgd(0.01)).withBatches(2, 64, 32));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.onnx", "model_bn17.onnx"})
  void sameModelForAnyPartitions(String model, @TempDir Path folder) throws Exception {
    QuantizationPipeline pipeline = new QuantizationPipeline(SharedSpark.session());
    pipeline.train(spec(model, 1, folder.resolve("1")));
    for (int partitions : new int[] {3, 8}) {
      Path output = folder.resolve(String.valueOf(partitions));
      pipeline.train(spec(model, partitions, output));
      for (String file : new String[] {"model.int8.onnx", "checkpoint.safetensors"}) {
        assertThat(Files.readAllBytes(output.resolve(file)))
            .as("%s of %d partitions", file, partitions)
            .isEqualTo(Files.readAllBytes(folder.resolve("1").resolve(file)));
      }
    }
    Path calibrated = folder.resolve("calibrated");
    pipeline.run(spec(model, 1, calibrated).base());
    JsonNode trained = report(folder.resolve("1"));
    assertThat(trained.at("/training/epochs").size()).isEqualTo(2);
    assertThat(trained.at("/training/epochs/0/evaluationAccuracy").asDouble()).isBetween(0.3, 1.0);
    assertThat(trained.at("/training/epochs/1/evaluationAccuracy"))
        .as("of the model that is written")
        .isEqualTo(trained.at("/accuracy/int8"));
    assertThat(trained.at("/training/overhead/steps").asInt()).isEqualTo(20);
    assertThat(trained.at("/accuracy/int8").asDouble())
        .isGreaterThan(report(calibrated).at("/accuracy/int8").asDouble() + 0.03);
    // On all test data here, on the first 300 there.
    double inOnnxRuntime = OrtAccuracy.of(folder.resolve("1/model.int8.onnx"));
    assertThat(inOnnxRuntime).isGreaterThan(report(calibrated).at("/accuracy/int8").asDouble());
  }

  private static JsonNode report(Path output) throws Exception {
    return new ObjectMapper().readTree(output.resolve("result.json").toFile());
  }
}
