package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.validation.ValidationResult.Accuracy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models and data as they come, from the file to the published output. */
class QuantizationPipelineTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "resnet, 0.990, 0.003, 25.95",
    "mobilenet, 0.982, 0.003, 20.61",
    "vit, 0.975, 0.003, 27.11"
  })
  void quantizesDigitsAtLeastAsWellAsPyTorch(
      String model, double accuracy, double drop, double sqnrDb) throws Exception {
    Path out = dir.resolve("out");
    List<String> phases = new ArrayList<>();

    QuantizationResult result =
        new QuantizationPipeline(SharedSpark.session(), recording(phases))
            .run(DigitsRun.whole(model, out));

    assertThat(phases).containsExactly("prepare", "calibrate", "convert", "validate", "publish");
    assertThat(SessionCache.shared().size()).isZero();
    Accuracy measured = result.validation().orElseThrow().accuracy().orElseThrow();
    assertThat(measured.float32()).isEqualTo(accuracy);
    assertThat(measured.drop()).isLessThanOrEqualTo(drop);
    assertThat(result.validation().orElseThrow().sqnrDb()).isGreaterThan(sqnrDb);
    assertPublished(out, result);
    assertReport(out, result, measured);
    assertThat(OrtAccuracy.of(out.resolve("model.int8.onnx")))
        .as("ONNX Runtime on the exported model")
        .isCloseTo(measured.int8(), within(0.002));
  }

  private static void assertPublished(Path out, QuantizationResult result) throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .map(f -> out.relativize(f).toString())
                  .filter(f -> !f.startsWith(".octant/results/")))
          .containsExactlyInAnyOrder(
              "calibration/state.octcal",
              "manifest.json",
              "model.int8.onnx",
              "qparams.json",
              "report.html",
              "result.json");
    }
    Manifest manifest = Manifest.fromBytes(Files.readAllBytes(out.resolve("manifest.json")));
    assertThat(manifest).isEqualTo(result.manifest());
    for (Manifest.File f : manifest.files()) {
      assertThat(Digest.of(Files.readAllBytes(out.resolve(f.path()))).hex()).isEqualTo(f.sha256());
    }
    CalibrationState state =
        CalibrationState.fromBytes(
            "state", Files.readAllBytes(out.resolve("calibration/state.octcal")));
    assertThat(state.samples().samples()).isEqualTo(512);
    assertThat(state.key().model().hex()).isEqualTo(manifest.digests().get("model"));
    assertThat(state.sha256().hex()).isEqualTo(manifest.digests().get("state"));
  }

  private static void assertReport(Path out, QuantizationResult result, Accuracy accuracy)
      throws IOException {
    JsonNode report = new ObjectMapper().readTree(out.resolve("result.json").toFile());
    assertThat(out.resolve("result.json")).hasBinaryContent(result.report().toBytes());
    assertThat(report.path("status").asText()).isEqualTo("ok");
    assertThat(report.path("samples").asLong()).isEqualTo(512);
    assertThat(report.path("partitions").asInt()).isEqualTo(4);
    assertThat(report.path("state").path("sha256").asText())
        .isEqualTo(result.manifest().digests().get("state"));
    assertThat(report.path("accuracy").path("int8").asDouble()).isEqualTo(accuracy.int8());
    assertThat(report.path("nodes").path("quantized")).isNotEmpty();
    assertThat(report.path("nodes").path("float"))
        .allSatisfy(node -> assertThat(node.path("reason").asText()).isNotEmpty());
    assertThat(report.path("seconds").path("total").asDouble()).isPositive();
    assertThat(report.path("samplesPerSecond").asDouble()).isPositive();
    assertThat(report.path("executors").get(0).path("id").asText()).isEqualTo("driver");
    assertThat(report.path("versions").path("octant").asText()).isEqualTo("1.2.3");
  }

  private static PhaseListener recording(List<String> phases) {
    return new PhaseListener() {
      @Override
      public void started(Phase phase) {}

      @Override
      public void finished(Phase phase, double seconds) {
        phases.add(phase.title());
      }
    };
  }
}
