package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The figures of one model of digits. */
class EvaluateTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final String ORT = "../examples/models/digits-resnet/ort_qdq.onnx";

  @TempDir Path dir;

  private final List<Phase> phases = new ArrayList<>();
  private final PhaseListener listener =
      new PhaseListener() {
        @Override
        public void started(Phase phase) {
          phases.add(phase);
        }

        @Override
        public void finished(Phase phase, double seconds) {}
      };

  @Test
  void accuracyIsThatOfOnnxRuntime() throws Exception {
    JsonNode float32 = evaluate("float", DigitsRun.EVALUATION, Optional.empty());
    assertThat(float32.get("samples").asInt()).isEqualTo(1000);
    assertThat(float32.get("int8Layers").asInt()).isZero();
    assertThat(float32.at("/accuracy/value").asDouble())
        .isCloseTo(
            OrtAccuracy.of(Path.of("../examples/models/digits-resnet/model.onnx")), within(1e-9));

    JsonNode theirs = evaluate("theirs", DigitsRun.EVALUATION, Optional.of(ORT));
    assertThat(theirs.at("/accuracy/value").asDouble())
        .isCloseTo(OrtAccuracy.of(Path.of(ORT)), within(0.002));
    assertThat(theirs.get("int8Layers").asInt()).isPositive();
    assertThat(theirs.get("sqnrDb").asDouble()).isGreaterThan(20);
    int samples = 0;
    for (JsonNode cell : theirs.get("confusion")) {
      samples += cell.get("samples").asInt();
    }
    assertThat(samples).isEqualTo(1000);
    assertThat(theirs.get("classes")).hasSize(10);
  }

  @Test
  void partitionsDoNotShow() throws IOException {
    FileSource some = DigitsRun.EVALUATION.withLimit(200);
    evaluate("one", some.withPartitions(1), Optional.of(ORT));
    evaluate("five", some.withPartitions(5), Optional.of(ORT));
    assertThat(dir.resolve("five/evaluation.json"))
        .hasSameBinaryContentAs(dir.resolve("one/evaluation.json"));
  }

  @Test
  void withoutLabelsOutputsAreCompared() throws IOException {
    FileSource plain =
        ParquetFormat.source("../examples/digits/test.parquet")
            .withColumn("input", "image")
            .withLimit(100);
    JsonNode theirs = evaluate("plain", plain, Optional.of(ORT));
    assertThat(theirs.get("accuracy").isNull()).isTrue();
    assertThat(theirs.get("classes").isNull()).isTrue();
    assertThat(theirs.get("sqnrDb").isNumber()).isTrue();
    assertThat(theirs.get("meanSquaredError").isNumber()).isTrue();
    assertThat(theirs.get("cosine").asDouble()).isBetween(0.9, 1.0);
  }

  @Test
  void aModelThatCannotBeReadEndsTheRun() throws IOException {
    Path broken = Files.write(dir.resolve("broken.onnx"), new byte[] {1, 2, 3});
    FileSource some = DigitsRun.EVALUATION.withLimit(10);
    assertThatThrownBy(() -> evaluate("broken", some, Optional.of(broken.toString())))
        .hasMessageContaining("broken.onnx");
    assertThat(phases).as("before the float model is run").containsExactly(Phase.PREPARE);
    assertThat(dir.resolve("broken/manifest.json")).doesNotExist();
  }

  private JsonNode evaluate(String name, FileSource evaluation, Optional<String> model)
      throws IOException {
    Path out = dir.resolve(name);
    QuantizationSpec base =
        QuantizationSpec.of(
            DigitsRun.model("resnet"),
            new Data(DigitsRun.CALIBRATION, Optional.of(evaluation), 32),
            DigitsRun.X86,
            new Output(out.toString(), IfPresent.REFUSE));
    List<SweepCandidate> candidates =
        model
            .map(
                path ->
                    List.of(
                        new SweepCandidate(
                            "model", List.of(), new TreeMap<>(), new SweepCandidate.File(path))))
            .orElse(List.of());
    new QuantizationPipeline(SPARK, listener)
        .evaluate(new SweepSpec(base, Optional.empty(), candidates, 3, 1L << 30, Optional.empty()));
    return new ObjectMapper().readTree(Files.readAllBytes(out.resolve("evaluation.json")));
  }
}
