package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --dry-run} of each command: what it says, and that nothing comes of it. */
class DryRunTest {

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void quantizeSaysWhatItWouldReadQuantizeAndWrite() throws IOException {
    String skip = "quantization.overrides=[{ name = fc, qconfig = null }]";
    assertThat(
            run("quantize", "out", "--set", skip, "--set", "calibration.states=" + place("kept")))
        .isZero();
    assertThat(console.out())
        .contains("dry run     quantize, nothing is written")
        .containsPattern("input 'input' .*, 32 samples at a time")
        .containsPattern("reads       calibration data: 1 files, [0-9,]+ bytes in .*train.parquet")
        .containsPattern(" +its columns fit, as those of .*train.parquet")
        .containsPattern("reads       evaluation data: 1 files, [0-9,]+ bytes in .*test.parquet")
        .contains("states      " + place("kept"))
        .containsPattern(
            "(?s)nodes       \\d+ quantized, 5 left in float:.*qconfig None by module name fc: fc")
        .contains(
            "writes      "
                + place("out")
                + ": calibration/state.octcal, model.int8.onnx, qparams.json, result.json,"
                + " report.html, manifest.json");
    assertNothingWasDone();
  }

  @Test
  void eachStepSaysWhatIsItsOwn() throws IOException {
    assertThat(run("calibrate", "state")).isZero();
    assertThat(console.out())
        .contains("writes      " + place("state") + ": calibration/state.octcal, result.json")
        .doesNotContain("evaluation data");
    assertThat(run("validate", "figures", "--model", ModelFiles.GOOD.toString())).isZero();
    assertThat(console.out())
        .contains("reads       --model " + ModelFiles.GOOD, "reads       evaluation data: ");
    assertNothingWasDone();
  }

  @Test
  void aSweepSaysWhatItComparesOnWhat() throws IOException {
    String nowhere = "data.evaluation.path=/nowhere.parquet";
    String methods = "sweep.grid.method=[mse, minmax]";
    String all = "data.evaluation.split=null";
    assertThat(run("evaluate", "figures", "--model", ModelFiles.GOOD.toString())).isZero();
    assertThat(console.out())
        .contains("dry run     evaluate, nothing is written", "reads       --model ")
        .contains("writes      " + place("figures") + ": evaluation.json, result.json, report.html")
        .doesNotContain("calibration data");
    assertThat(run("sweep", "table", "--set", methods, "--set", all)).isZero();
    assertThat(console.out())
        .contains("reads       calibration data: 1 files")
        .contains("writes      " + place("table") + ": leaderboard.json, leaderboard.csv,");
    assertThat(console.out())
        .contains("candidates  2 beside float, from 1 calibrations, 3 models evaluated")
        .contains(
            "  mse: activationBits 8, backend x86, method mse, calibration 1, tags [mse, x86]")
        .contains("  minmax: activationBits 8, backend x86, method minmax, calibration 1, tags");
    Files.write(folder.resolve("broken.onnx"), new byte[] {1, 2, 3});
    String models =
        "sweep.models={ broken { path = \"%s\" }, ort { path = \"%s\", tags = [qdq] } }"
            .formatted(
                place("broken.onnx"),
                Path.of("../examples/models/digits-resnet/ort_qdq.onnx").toAbsolutePath());
    String top = "evaluation.topK=10";
    String none = "data.calibration=null";
    String image = "data.evaluation.columns.input=image";
    String unset = "sweep.grid=null";
    assertThat(
            run(
                "sweep", "table", "--set", models, "--set", all, "--set", top, "--set", unset,
                "--set", none, "--set", image))
        .as(console.err())
        .isZero();
    assertThat(console.out())
        .contains("candidates  2 beside float, 2 models evaluated", ", 1 that will fail")
        .containsPattern("  broken: fails: .*broken.onnx")
        .containsPattern(
            "  ort: /.*/ort_qdq.onnx, [0-9,]+ bytes, [0-9]+ int8 layers, tags \\[qdq\\]")
        .contains("warning     evaluation.topK = 10: output 'logits' has 10 classes");
    assertThat(run("evaluate", "figures", "--model", place("broken.onnx"))).isEqualTo(3);
    Files.delete(folder.resolve("broken.onnx"));
    assertThat(run("sweep", "table")).isEqualTo(2);
    assertThat(console.err()).contains("no candidates, expected keys below sweep.grid");
    assertThat(run("sweep", "table", "--set", methods, "--set", all, "--set", nowhere))
        .isEqualTo(3);
    assertThat(run("sweep", "table", "--set", methods)).isEqualTo(2);
    assertThat(console.err())
        .contains("data.evaluation.split.part = heldout", "expected selection");
    assertNothingWasDone();
  }

  @Test
  void whatTheRunWouldRefuseIsRefused() throws IOException {
    assertThat(run("quantize", "out", "--set", "data.calibration.path=/nowhere")).isEqualTo(3);
    assertThat(run("quantize", "out", "--set", "model.path=" + ModelFiles.text(folder)))
        .isEqualTo(3);
    assertThat(run("convert", "out", "--state", place("nowhere"))).isEqualTo(3);
    assertThat(run("quantize", "out", "--set", "data.calibration.columns.input=picture"))
        .isEqualTo(3);
    assertThat(console.err()).contains("Cannot find column 'picture' for input 'input'");
    assertThat(run("quantize", "out", "--set", "data.calibration.columns.inputs=image"))
        .isEqualTo(3);
    assertThat(run("quantize", "out", "--set", "data.evaluation.label=klass")).isEqualTo(3);
    assertThat(console.err()).contains("Cannot find column 'klass' for the label");
    assertThat(run("quantize", "out", "--set", "data.evaluation.label=image")).isEqualTo(3);
    String key = "data.evaluation.split.key=writer";
    assertThat(run("quantize", "out", "--set", key)).isEqualTo(3);
    assertThat(console.err()).contains("Cannot find column 'writer' for the sample or split");
    Files.writeString(Files.createDirectory(folder.resolve("taken")).resolve("a.txt"), "a");
    assertThat(run("calibrate", "taken")).isEqualTo(2);
    assertThat(console.err()).contains("holds a.txt but no manifest.json");
    Files.delete(folder.resolve("taken/a.txt"));
    Files.delete(folder.resolve("taken"));
    Files.delete(folder.resolve("text.onnx"));
  }

  private void assertNothingWasDone() throws IOException {
    assertThat(SparkSession.getDefaultSession().isEmpty()).as("no Spark").isTrue();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  private int run(String command, String output, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of(command, "../conf/examples/digits-resnet.conf", "--dry-run", "-o"));
    all.add(place(output));
    all.addAll(List.of(arguments));
    return CommandLineRun.of(console.console(), all.toArray(String[]::new)).exitCode();
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }
}
