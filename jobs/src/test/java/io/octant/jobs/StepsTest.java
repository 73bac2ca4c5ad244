package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three steps as commands, which hand files to one another, against all of them at once. */
class StepsTest {

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void theStepsGiveWhatQuantizeGives() throws IOException {
    run("quantize", "whole");
    run("calibrate", "state");
    assertThat(bytes("state/calibration/state.octcal"))
        .isEqualTo(bytes("whole/calibration/state.octcal"));
    assertThat(report("state").get("step").asText()).isEqualTo("calibrate");
    assertThat(report("state").get("nodes").isNull()).isTrue();

    run("convert", "int8", "--state", place("state"));
    assertThat(bytes("int8/model.int8.onnx")).isEqualTo(bytes("whole/model.int8.onnx"));
    assertThat(bytes("int8/qparams.json")).isEqualTo(bytes("whole/qparams.json"));
    assertThat(report("int8").get("state")).isEqualTo(report("whole").get("state"));
    assertThat(report("int8").get("nodes")).isEqualTo(report("whole").get("nodes"));

    run("validate", "figures", "--model", place("int8"));
    JsonNode figures = report("figures");
    assertThat(figures.at("/accuracy/float")).isEqualTo(report("whole").at("/accuracy/float"));
    assertThat(figures.get("agreement").asDouble()).isGreaterThan(0.95);
    assertThat(figures.get("gates")).allMatch(gate -> gate.get("passed").asBoolean());
    assertThat(console.out()).contains("SQNR");

    // Each is done already; the whole result serves as well as that of a step.
    int before = console.err().length();
    run("calibrate", "state", "--set", "quantization.method=entropy");
    run("convert", "int8", "--state", place("whole"));
    run("convert", "int8", "--state", place("state/calibration/state.octcal"));
    run("validate", "figures", "--model", place("whole/model.int8.onnx"));
    assertThat(console.err().substring(before)).as("no phase").isEmpty();
    assertThat(console.out().lines().filter(l -> l.startsWith("Nothing to do: "))).hasSize(4);
  }

  @Test
  void oneStateServesOtherMethodsWithoutData() throws IOException {
    run("calibrate", "state");
    for (String method : List.of("minmax", "entropy")) {
      String set = "quantization.method=" + method;
      run(
          "convert",
          method,
          "--state",
          place("state"),
          "--set",
          set,
          "--set",
          "data.calibration.path=/nowhere");
      run("quantize", "whole-" + method, "--set", set);
      assertThat(bytes(method + "/model.int8.onnx"))
          .isEqualTo(bytes("whole-" + method + "/model.int8.onnx"));
    }
  }

  @Test
  void aStateOfAnotherModelIsRefusedWithBothHeaders() throws IOException {
    run("calibrate", "state");
    assertThat(
            attempt(
                "convert",
                "int8",
                "--state",
                place("state"),
                "--set",
                "model.path=../examples/models/digits-mobilenet/model.onnx"))
        .isEqualTo(3);
    assertThat(console.err())
        .contains("octant: Cannot convert with state " + place("state") + ": of model ")
        .containsPattern("(?m)^" + place("state") + "\\R  model     [0-9a-f]{64}")
        .containsPattern("(?m)^expected\\R  model     [0-9a-f]{64}");
    assertThat(report("int8").get("status").asText()).isEqualTo("failed");
    assertThat(report("int8").get("step").asText()).isEqualTo("convert");

    // A layer that stays in float is another prepared graph.
    assertThat(
            attempt(
                "convert",
                "int8",
                "--state",
                place("state"),
                "--set",
                "quantization.overrides=[{ type = Linear, qconfig = null }]"))
        .isEqualTo(3);
    assertThat(console.err()).contains(": of prepared graph ");
  }

  @Test
  void whatIsHandedOnHasToBeThereWholeAndOfTheModel() throws IOException {
    assertThat(attempt("convert", "int8", "--state", place("nowhere"))).isEqualTo(3);
    run("calibrate", "state");
    assertThat(attempt("validate", "figures", "--model", place("state"))).isEqualTo(3);
    assertThat(console.err()).contains("no model.int8.onnx in this result");
    run("convert", "int8", "--state", place("state"));
    assertThat(
            attempt(
                "validate",
                "figures",
                "--model",
                place("int8"),
                "--set",
                "model.path=../examples/models/digits-mobilenet/model.onnx"))
        .isEqualTo(3);
    assertThat(console.err()).contains("Cannot validate " + place("int8") + ": made from model ");

    Path results = folder.resolve("state/.octant/results");
    try (var all = Files.list(results)) {
      Path state = all.findFirst().orElseThrow().resolve("calibration/state.octcal");
      Files.write(state, new byte[] {1});
    }
    assertThat(attempt("convert", "other", "--state", place("state"))).isEqualTo(3);
    assertThat(console.err()).contains("calibration/state.octcal was changed");
  }

  @Test
  void whatIsReadOrKeptDoesNotLieInTheOutput() throws IOException {
    run("calibrate", "state");
    byte[] state = bytes("state/calibration/state.octcal");
    String below = place("state/calibration/state.octcal");
    for (String from : List.of(place("state"), "file:" + below)) {
      assertThat(attempt("convert", "state", "--state", from, "--overwrite")).isEqualTo(2);
      assertThat(console.err()).contains(from + " lies in it, expected another place");
    }
    assertThat(bytes("state/calibration/state.octcal")).isEqualTo(state);
    assertThat(report("state").get("step").asText()).isEqualTo("calibrate");

    run("convert", "state/int8", "--state", place("state")); // below what it reads is no harm
    assertThat(attempt("validate", "state/int8", "--model", place("state/int8"), "--overwrite"))
        .isEqualTo(2);
    assertThat(folder.resolve("state/int8/model.int8.onnx")).exists();

    // Kept states would be what a rerun after a missed gate finds in place of an output.
    for (String kept : List.of("new", "new/states")) {
      String set = "calibration.states=" + place(kept);
      assertThat(attempt("quantize", "new", "--set", set)).isEqualTo(2);
      assertThat(folder.resolve("new/states")).doesNotExist();
    }
  }

  @Test
  void aMissedGateOfValidateEndsWithFour() throws IOException {
    run("calibrate", "state");
    run("convert", "int8", "--state", place("state"));
    assertThat(
            attempt(
                "validate",
                "figures",
                "--model",
                place("int8"),
                "--set",
                "validation.minSqnrDb=190"))
        .isEqualTo(4);
    assertThat(report("figures").get("sqnrDb").isNumber()).isTrue();
    assertThat(report("figures").get("gates"))
        .filteredOn(gate -> !gate.get("passed").asBoolean())
        .extracting(gate -> gate.get("name").asText())
        .containsExactly("minSqnrDb");
  }

  @Test
  void aFileThatDoesNotSayWhatItWasMadeFromIsMeasuredWithAWarning() throws IOException {
    String float32 = "../examples/models/digits-resnet/model.onnx";
    run("validate", "figures", "--model", float32);
    assertThat(report("figures").get("warnings").get(0).asText())
        .startsWith(float32 + " does not say which model it was made from");
    assertThat(report("figures").get("agreement").asDouble()).isEqualTo(1);
    assertThat(console.out()).contains("does not say which model");
  }

  @Test
  void validateNeedsEvaluationData() throws IOException {
    Path bare =
        Files.writeString(
            folder.resolve("bare.conf"),
            "model.path = m.onnx\ndata.calibration.path = d\noutput.path = out\n");
    assertThat(
            CommandLineRun.of(
                    console.console(), "validate", bare.toString(), "--model", place("int8"))
                .exitCode())
        .isEqualTo(2);
    assertThat(console.err()).contains("expected key data.evaluation.path");
  }

  /** With kept states a second method costs no pass over the data. */
  @Test
  void afterAMissedGateAnotherMethodComputesNothingAnew() throws IOException {
    String states = "calibration.states=" + folder.resolve("kept");
    assertThat(attempt("quantize", "out", "--set", states, "--set", "validation.minSqnrDb=190"))
        .isEqualTo(4);
    JsonNode first = report("out").get("states");
    assertThat(first.get("computed").asInt()).isPositive();
    assertThat(first.get("reused").asInt()).isZero();

    run("quantize", "out", "--set", states, "--set", "quantization.method=entropy");
    JsonNode second = report("out").get("states");
    assertThat(second.get("computed").asInt()).isZero();
    assertThat(second.get("reused")).isEqualTo(first.get("computed"));
    assertThat(report("out").get("samplesPerSecond").isNull()).isTrue();
    assertThat(console.out()).contains("0 splits computed, ");

    run("quantize", "scratch", "--set", "quantization.method=entropy");
    assertThat(bytes("out/manifest.json")).isEqualTo(bytes("scratch/manifest.json"));
  }

  private void run(String command, String output, String... arguments) {
    int before = console.err().length();
    assertThat(attempt(command, output, arguments)).as(console.err().substring(before)).isZero();
  }

  private int attempt(String command, String output, String... arguments) {
    List<String> all =
        new ArrayList<>(List.of(command, "../conf/examples/digits-resnet.conf", "-o"));
    all.add(place(output));
    all.addAll(List.of("--set", "data.calibration.limit=64"));
    all.addAll(List.of("--set", "data.evaluation.limit=64"));
    if (!command.equals("convert")) {
      all.addAll(List.of("--master", "local[2]"));
    }
    all.addAll(List.of(arguments));
    return CommandLineRun.of(console.console(), all.toArray(String[]::new)).exitCode();
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }

  private byte[] bytes(String file) throws IOException {
    return Files.readAllBytes(folder.resolve(file));
  }

  private JsonNode report(String output) throws IOException {
    return new ObjectMapper().readTree(bytes(output + "/result.json"));
  }
}
