package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.OctantException;
import io.octant.bytes.Digest;
import io.octant.engine.Engine;
import io.octant.onnx.OnnxException;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.QuantizationSpec.Validation;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.NonFinite;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.validation.Gate;
import io.octant.pipeline.validation.GateException;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.reference.quantized.QuantizedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every failure: one message, a report, and nothing half-written. */
class PipelineFailureTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final FileSource FEW = DigitsRun.CALIBRATION.withLimit(40);

  @TempDir Path dir;
  private Path out;

  @BeforeEach
  void place() {
    out = dir.resolve("out");
  }

  @AfterEach
  void nothingStaysOpen() {
    assertThat(SessionCache.shared().openLeases()).isZero();
    assertThat(SessionCache.shared().size()).isZero();
  }

  @Test
  void aModelThatIsNotThere() throws IOException {
    assertFails(with(Model.of(dir + "/no.onnx")), OnnxException.class, "no such file");
  }

  @Test
  void aModelThatIsCutShort() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(DigitsRun.model("mobilenet").path()));
    Path cut = dir.resolve("cut.onnx");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertFails(with(Model.of(cut.toString())), OnnxException.class, "expected an ONNX protobuf");
    Files.delete(cut);
  }

  @Test
  void dataThatDoesNotFit() throws IOException {
    FileSource unbound = ParquetFormat.source("../examples/digits/train.parquet");
    assertFails(DigitsRun.calibration(unbound, out), DataException.class, "column 'input'");

    String ragged = dir.resolve("ragged").toString();
    SPARK.sql("select array(1f, 2f) as input").write().parquet(ragged);
    assertFails(
        DigitsRun.calibration(ParquetFormat.source(ragged), out),
        DataException.class,
        "row 0: 2 values, expected 784");
  }

  @Test
  void valuesThatAreNotFiniteUnlessTheyAreAskedFor() throws IOException {
    String spoilt = dir.resolve("spoilt").toString();
    SPARK
        .read()
        .parquet("../examples/digits/test.parquet")
        .limit(20)
        .selectExpr("transform(image, (v, i) -> if(i = 3 and label = 7, float('nan'), v)) as input")
        .coalesce(1)
        .write()
        .parquet(spoilt);
    FileSource digits = ParquetFormat.source(spoilt);
    QuantizationSpec refusing = DigitsRun.calibration(digits, out);
    assertFails(refusing, DataException.class, "NaN (in ");
    long spoiltSamples = failureAt(out).path("nonFinite").path("samplesWithNan").asLong();
    assertThat(spoiltSamples).isPositive();

    QuantizationSpec reporting =
        QuantizationSpec.of(
            refusing.model(),
            new Data(digits, Optional.empty(), 32, NonFinite.REPORT),
            refusing.method(),
            refusing.output());
    DataCounts counts = new QuantizationPipeline(SPARK).run(reporting).calibration();
    assertThat(counts).isEqualTo(new DataCounts(20, spoiltSamples, 0, spoiltSamples, 0, 0));
  }

  /** At each of the files that tasks open in turn: footer, rows; nobody takes it for bad data. */
  @Test
  void aDiskThatFailsWhileATaskReads() throws IOException {
    SPARK
        .sparkContext()
        .hadoopConfiguration()
        .set("fs.broken.impl", BrokenDiskFileSystem.class.getName());
    Path digits = Path.of("../examples/digits/train.parquet").toAbsolutePath().normalize();
    FileSource broken =
        ParquetFormat.source("broken://" + digits).withColumn("input", "image").withLimit(40);
    List<String> messages = new ArrayList<>();
    for (int opens = 0; ; opens++) {
      BrokenDiskFileSystem.OPENS.set(opens);
      try {
        new QuantizationPipeline(SPARK).run(DigitsRun.calibration(broken, out));
        break;
      } catch (Throwable e) {
        Failure failure = Failure.of(e);
        messages.add(failure.message());
        assertThat(failure.kind()).as(failure.message()).isEqualTo(Failure.Kind.OTHER);
        assertThat(failure.message()).contains("No space left on device").contains(", expected ");
        assertThat(failureAt(out).path("error").path("message").asText())
            .isEqualTo(failure.message());
      }
    }
    assertThat(messages)
        .as("footer, and of calibration and read-back each footer and pages")
        .hasSize(5);
  }

  @Test
  void anOutputThatExists() throws IOException {
    new QuantizationPipeline(SPARK).run(DigitsRun.calibration(FEW, out));
    byte[] report = Files.readAllBytes(out.resolve("result.json"));
    byte[] manifest = Files.readAllBytes(out.resolve("manifest.json"));

    assertThatThrownBy(() -> new QuantizationPipeline(SPARK).run(DigitsRun.calibration(FEW, out)))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("exists");
    assertThat(out.resolve("result.json")).hasBinaryContent(report);
    assertThat(out.resolve("manifest.json")).hasBinaryContent(manifest);
    assertThat(failureAt(dir.resolve("out.failed")).path("status").asText()).isEqualTo("failed");

    QuantizationSpec overwriting =
        DigitsRun.calibration(FEW, out).withOutput(new Output(out.toString(), IfPresent.REPLACE));
    new QuantizationPipeline(SPARK).run(overwriting);
    assertThat(out.resolve("manifest.json")).hasBinaryContent(manifest);
  }

  @Test
  void aGateThatIsMissed() throws Exception {
    QuantizationSpec spec =
        QuantizationSpec.of(
                DigitsRun.model("mobilenet"),
                new Data(FEW, Optional.of(DigitsRun.EVALUATION.withLimit(40)), 8),
                DigitsRun.X86,
                new Output(out.toString(), IfPresent.REFUSE))
            .withValidation(
                Validation.of(
                    new Gate(
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.of(0.1),
                        OptionalDouble.of(150),
                        OptionalDouble.empty())));
    assertFails(spec, GateException.class, "SQNR in dB is", "rejected");
    JsonNode report = failureAt(out);
    assertThat(report.path("gates")).hasSize(3);
    JsonNode met = report.path("gates").get(0);
    assertThat(met.path("name").asText()).isEqualTo("minAgreement");
    assertThat(met.path("value").asDouble()).isEqualTo(report.path("agreement").asDouble());
    assertThat(met.path("threshold").asDouble()).isEqualTo(0.1);
    assertThat(met.path("passed").asBoolean()).isTrue();
    JsonNode missed = report.path("gates").get(1);
    assertThat(missed.path("name").asText()).isEqualTo("minSqnrDb");
    assertThat(missed.path("threshold").asDouble()).isEqualTo(150);
    assertThat(missed.path("passed").asBoolean(true)).isFalse();
    Path kept = out.resolve("rejected");
    assertThat(kept.resolve("qparams.json")).isNotEmptyFile();
    byte[] state = Files.readAllBytes(kept.resolve("calibration/state.octcal"));
    assertThat(Digest.of(state).hex()).isEqualTo(report.path("state").path("sha256").asText());
    assertThat(OrtAccuracy.of(kept.resolve("model.int8.onnx"))).isPositive();
    assertThat(report.path("samples").asInt()).isEqualTo(40);
    assertThat(report.path("accuracy").path("float").asDouble()).isPositive();
    assertThat(report.path("sqnrDb").asDouble()).isPositive();
  }

  @Test
  void aGateOnAccuracyWithoutLabels() throws IOException {
    QuantizationSpec spec =
        DigitsRun.calibration(FEW, out)
            .withValidation(
                Validation.of(
                    new Gate(
                        OptionalDouble.of(0.9),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty())));
    assertFails(spec, GateException.class, "no labels");
  }

  @Test
  void anObserverThatDependsOnTheOrder() throws IOException {
    QuantizationSpec base = DigitsRun.calibration(FEW, out);
    QuantizationMethod torch =
        new QuantizationMethod(
            DefaultQConfigMappings.ptq(QuantizedEngine.X86),
            BackendConfigs.of("x86"),
            QuantizedEngine.X86);
    QuantizationSpec spec = QuantizationSpec.of(base.model(), base.data(), torch, base.output());
    assertFails(spec, OctantException.class, "its result depends on the order of samples");
  }

  private QuantizationSpec with(Model model) {
    QuantizationSpec base = DigitsRun.calibration(FEW, out);
    return QuantizationSpec.of(model, base.data(), base.method(), base.output());
  }

  @Test
  void anErrorOfTheVirtualMachineInATask() throws IOException {
    for (BrokenEngine engine : BrokenEngine.values()) {
      QuantizationSpec spec = DigitsRun.calibration(FEW, out).withEngine(engine);
      assertFails(spec, engine.failure().getClass(), "Cannot complete the run: ");
    }
  }

  /** Fails in every task. */
  private enum BrokenEngine implements EngineProvider {
    MEMORY,
    STACK,
    CLASS_PATH;

    Error failure() {
      return switch (this) {
        case MEMORY -> new OutOfMemoryError("Java heap space");
        case STACK -> new StackOverflowError();
        case CLASS_PATH -> new NoClassDefFoundError("a/Class");
      };
    }

    @Override
    public Engine start() {
      throw failure();
    }
  }

  @Test
  void aTaskThatFailsForAnotherReasonIsNeitherOfTheModelNorOfTheData() throws IOException {
    QuantizationSpec spec =
        DigitsRun.calibration(FEW, out)
            .withEngine(
                () -> {
                  if (org.apache.spark.TaskContext.get() == null) {
                    return new io.octant.engine.reference.ReferenceEngine();
                  }
                  throw new IllegalStateException("connection reset");
                });
    assertThatThrownBy(() -> new QuantizationPipeline(SPARK).run(spec))
        .satisfies(e -> assertThat(Failure.of(e).kind()).isEqualTo(Failure.Kind.OTHER))
        .satisfies(e -> assertThat(Failure.of(e).message().lines()).hasSize(1));
    assertThat(failureAt(out).path("error").path("message").asText())
        .contains("Cannot complete the Spark job: ", "connection reset");
  }

  private void assertFails(
      QuantizationSpec spec, Class<? extends Throwable> type, String message, String... kept)
      throws IOException {
    assertThatThrownBy(() -> new QuantizationPipeline(SPARK).run(spec))
        .isInstanceOf(type)
        .satisfies(e -> assertThat(Failure.of(e).message()).contains(message));
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(f -> f.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(Stream.of(kept), Stream.of("report.html", "result.json")).toList());
    }
    JsonNode report = failureAt(out);
    assertThat(report.path("status").asText()).isEqualTo("failed");
    assertThat(report.path("error").path("class").asText()).isEqualTo(type.getName());
    assertThat(report.path("error").path("message").asText()).contains(message);
  }

  private static JsonNode failureAt(Path directory) throws IOException {
    return new ObjectMapper().readTree(directory.resolve("result.json").toFile());
  }
}
