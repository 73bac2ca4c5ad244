package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole jobs on an embedded Spark, with real and with bad input. */
class QuantizeCommandTest {

  private static final Path DIGITS = Path.of("../examples/digits");

  @TempDir static Path data;
  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @BeforeAll
  static void writeBadData() {
    DataFiles.write(data.resolve("good"), 40, row -> DataFiles.ramp(row, 784));
    DataFiles.write(data.resolve("short"), 40, row -> DataFiles.ramp(row, 700));
    DataFiles.write(data.resolve("ragged"), 40, row -> DataFiles.ramp(row, row == 17 ? 783 : 784));
    DataFiles.write(data.resolve("empty"), 0, row -> DataFiles.ramp(row, 784));
    DataFiles.write(
        data.resolve("nan"),
        40,
        row -> {
          float[] image = DataFiles.ramp(row, 784);
          if (row == 3) {
            image[5] = Float.NaN;
            image[6] = Float.POSITIVE_INFINITY;
          }
          return image;
        });
  }

  @Test
  void quantizesTheExample() throws IOException {
    assertThat(quantize("--set", "data.calibration.limit=64", "--set", "data.evaluation.limit=200"))
        .as(console.err())
        .isZero();

    assertThat(output().resolve("model.int8.onnx")).isNotEmptyFile();
    assertThat(output().resolve("qparams.json")).isNotEmptyFile();
    assertThat(output().resolve("manifest.json")).isNotEmptyFile();
    assertThat(output().resolve("calibration")).isNotEmptyDirectory();
    JsonNode result = result();
    assertThat(result.get("status").textValue()).isEqualTo("ok");
    assertThat(result.get("samples").intValue()).isEqualTo(64);
    assertThat(result.get("accuracy").get("int8").doubleValue()).isGreaterThan(0.95);
    assertThat(console.out()).contains("accuracy", "agreement");

    byte[] report = Files.readAllBytes(output().resolve("result.json"));
    int before = console.err().length();
    List<String> again =
        List.of("--set", "data.calibration.limit=64", "--set", "data.evaluation.limit=200");
    List<String> partitioned = new ArrayList<>(again);
    partitioned.addAll(List.of("--set", "data.partitions=3"));
    for (List<String> arguments : List.of(again, partitioned)) {
      assertThat(quantize(arguments.toArray(String[]::new))).as(console.err()).isZero();
      assertThat(console.out()).contains("Nothing to do: " + output() + " holds the result");
      assertThat(console.err().substring(before)).as("no phase").isEmpty();
      assertThat(output().resolve("result.json")).hasBinaryContent(report);
    }
    assertThat(names(folder)).containsExactly("out");
    assertReported();
  }

  /** The command makes the page that the job has left. */
  private void assertReported() throws IOException {
    Path page = folder.resolve("page.html");
    int exitCode =
        CommandLineRun.of(console.console(), "report", output().toString(), "-o", page.toString())
            .exitCode();
    assertThat(exitCode).as(console.err()).isZero();
    assertThat(page).hasSameBinaryContentAs(output().resolve("report.html"));
  }

  @Test
  void aMissingModelEndsWithThree() throws IOException {
    Path missing = folder.resolve("missing.onnx");
    assertFailed(3, missing.toString(), "--set", "model.path=" + missing);
  }

  @Test
  void aTruncatedModelEndsWithThree() throws IOException {
    Path model = ModelFiles.truncated(folder);
    assertFailed(3, model.toString(), "--set", "model.path=" + model);
  }

  @Test
  void aFileThatIsNoModelEndsWithThree() throws IOException {
    for (Path model : List.of(ModelFiles.text(folder), ModelFiles.empty(folder))) {
      assertFailed(3, model.toString(), "--set", "model.path=" + model);
    }
  }

  @Test
  void anUnsupportedOperatorIsNamedWithItsNode() throws IOException {
    Path model = ModelFiles.unsupported(folder);
    assertFailed(3, "MeanVarianceNormalization", "--set", "model.path=" + model);
    assertThat(console.err()).contains("odd/node");
  }

  @Test
  void missingDataEndsWithThree() throws IOException {
    assertFailed(3, "nowhere", "--set", "data.calibration.path=" + data.resolve("nowhere"));
    assertFailed(3, "nowhere", "--set", "data.evaluation.path=" + data.resolve("nowhere"));
  }

  @Test
  void aMissingColumnIsNamed() throws IOException {
    assertFailed(3, "picture", "--set", "data.calibration.columns.input=picture");
    assertFailed(3, "klass", "--set", "data.evaluation.label=klass");
  }

  @Test
  void samplesOfAnotherShapeEndWithThree() throws IOException {
    assertFailed(3, "700", "--set", "data.calibration.path=" + data.resolve("short"));
    assertThat(console.err()).contains("784", "image");
  }

  @Test
  void raggedRowsEndWithThree() throws IOException {
    assertFailed(3, "783", "--set", "data.calibration.path=" + data.resolve("ragged"));
    assertThat(console.err()).contains("784", "image");
  }

  @Test
  void valuesThatAreNotFiniteAreCountedAndRefused() throws IOException {
    String nan = "data.calibration.path=" + data.resolve("nan");
    assertFailed(3, "1 NaN (in 1 samples) and 1 infinite values", "--set", nan);
    assertThat(result().get("nonFinite").get("nan").intValue()).isEqualTo(1);

    assertThat(quantize("--set", nan, "--set", "data.nonFinite=report")).as(console.err()).isZero();
    assertThat(console.out()).contains("1 NaN and 1 infinite values left out");
  }

  @Test
  void emptyDataEndsWithThree() throws IOException {
    assertFailed(3, "no samples", "--set", "data.calibration.path=" + data.resolve("empty"));
  }

  @Test
  void aMissedGateEndsWithFourAndPublishesNothing() throws IOException {
    assertFailed(
        4,
        List.of("rejected", "report.html", "result.json"),
        "SQNR",
        "--set",
        "validation.minSqnrDb=190");
    assertThat(output().resolve("rejected/model.int8.onnx")).isNotEmptyFile();
    assertThat(output().resolve("report.html"))
        .content()
        .contains("\"counts\":[", "Cannot publish the int8 model: ");
    assertThat(result().get("gates"))
        .filteredOn(gate -> !gate.get("passed").booleanValue())
        .extracting(gate -> gate.get("name").textValue() + " " + gate.get("threshold"))
        .containsExactly("minSqnrDb 190.0");
    assertThat(result().get("sqnrDb").isNumber()).as("what was measured is reported").isTrue();
  }

  @Test
  void anEarlierResultIsKeptUnlessOverwriteSaysOtherwise() throws IOException {
    assertThat(quantize("--set", "quantization.method=l2")).as(console.err()).isZero();
    byte[] manifest = Files.readAllBytes(output().resolve("manifest.json"));

    assertThat(quantize()).isEqualTo(2);
    assertThat(console.err()).contains(output() + " exists", "--overwrite");
    assertThat(output().resolve("manifest.json")).hasBinaryContent(manifest);
    assertThat(names(folder)).containsExactly("out", "out.failed");

    assertThat(quantize("--overwrite")).as(console.err()).isZero();
    assertThat(Files.readAllBytes(output().resolve("manifest.json"))).isNotEqualTo(manifest);
  }

  @Test
  void anOutputThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");

    assertThat(run("--set", "output.path=" + file.resolve("out"))).isEqualTo(2);
    assertThat(console.err()).contains(file.resolve("out").toString()).doesNotContain("\tat ");
    assertThat(Files.readString(file)).isEqualTo("in the way");
  }

  @Test
  void aMasterThatCannotBeUsedEndsWithTwoBeforeSparkStarts() throws IOException {
    for (String master : List.of("locale[2]", "spark://host", "spark://127.0.0.1:1", "yarn")) {
      List<String> arguments = List.of("quantize", "../conf/examples/digits-resnet.conf");
      int before = console.err().length();
      long start = System.nanoTime();
      List<String> all = new ArrayList<>(arguments);
      all.addAll(List.of("--master", master, "--set", "output.path=" + output()));
      assertThat(CommandLineRun.of(console.console(), all.toArray(String[]::new)).exitCode())
          .as(master)
          .isEqualTo(2);
      assertThat((System.nanoTime() - start) / 1e9).isLessThan(20);
      assertThat(console.err().substring(before)).contains(master).doesNotContain("\tat ");
      assertThat(names(output())).containsExactly("report.html", "result.json");
      assertThat(result().get("error").get("message").textValue()).contains(master);
      assertThat(result().get("step").textValue()).isEqualTo("quantize");
    }
  }

  @Test
  void anOutputThatAnotherRunIsAtEndsWithOne() throws IOException {
    try (OutputCommit other =
        OutputCommit.begin(
            new org.apache.hadoop.conf.Configuration(), output().toString(), IfPresent.REFUSE)) {
      assertThat(quantize()).isEqualTo(1);
      assertThat(console.err()).contains("is being written by run");
      other.write("model.int8.onnx", new byte[1]);
      other.publish(java.util.Map.of(), java.util.Map.of());
    }
    assertThat(output().resolve("model.int8.onnx")).hasSize(1);
  }

  /**
   * Runs a job that must fail: one message, nothing but the result document and its page in the
   * output.
   */
  private void assertFailed(int exitCode, String message, String... arguments) throws IOException {
    assertFailed(exitCode, List.of("report.html", "result.json"), message, arguments);
  }

  private void assertFailed(int exitCode, List<String> left, String message, String... arguments)
      throws IOException {
    int before = console.err().length();
    assertThat(quantize(arguments)).as(console.err()).isEqualTo(exitCode);

    String err = console.err().substring(before);
    List<String> messages = err.lines().filter(line -> line.startsWith("octant: ")).toList();
    assertThat(messages).as(err).hasSize(1);
    assertThat(messages.get(0)).contains(message);
    assertThat(err).doesNotContain("\tat ", "Exception");
    assertThat(names(output())).isEqualTo(left);
    assertThat(result().get("status").textValue()).isEqualTo("failed");
    assertThat(result().get("error").get("message").textValue()).contains(message);
  }

  private int quantize(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--set");
    all.add("output.path=" + output());
    return run(all.toArray(String[]::new));
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("quantize", "../conf/examples/digits-resnet.conf"));
    all.addAll(List.of("--master", "local[2]", "--set", "data.calibration.limit=64"));
    all.addAll(List.of("--set", "data.evaluation.limit=64"));
    all.addAll(List.of(arguments));
    return CommandLineRun.of(console.console(), all.toArray(String[]::new)).exitCode();
  }

  private Path output() {
    return folder.resolve("out");
  }

  private JsonNode result() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(output().resolve("result.json")));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
