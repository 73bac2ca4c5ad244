package io.octant.pipeline.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.octant.calibration.Numerics;
import io.octant.engine.IntegerLayer;
import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.engine.IntegerLayers;
import io.octant.onnx.ModelOutput.Samples;
import io.octant.pipeline.data.DamagedRows;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataFacts;
import io.octant.pipeline.data.SkippedFiles;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.Int8Kernels;
import io.octant.pipeline.execution.MemoryUse;
import io.octant.pipeline.output.RunReport.NodeLine;
import io.octant.pipeline.validation.Gate;
import io.octant.pipeline.validation.LayerComparison;
import io.octant.pipeline.validation.LayerValue;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RunReportTest {
  private static final Numerics AVX2 =
      new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1);
  private static final Numerics AVX512 =
      new Numerics("native", "avx512_core", "oneDNN 3.11.0", "L2 512K", 1);

  private static final List<String> FIELDS =
      List.of(
          "status",
          "error",
          "step",
          "request",
          "command",
          "configuration",
          "notRead",
          "model",
          "data",
          "samples",
          "nonFinite",
          "partitions",
          "states",
          "state",
          "drift",
          "accuracy",
          "agreement",
          "sqnrDb",
          "cosine",
          "outputs",
          "layers",
          "gates",
          "leaderboard",
          "speed",
          "totals",
          "training",
          "nodes",
          "warnings",
          "seconds",
          "samplesPerSecond",
          "numerics",
          "saturation",
          "executors",
          "memory",
          "versions");

  @Test
  void aSuccessfulRunFillsInEveryField() throws IOException {
    RunReport report =
        new RunReport(Map.of("octant", "0.1"))
            .step("quantize")
            .states("/states", 3, 61, 2, List.of("Cannot read x"))
            .request("ef")
            .origin(
                List.of("quantize", "a.conf"),
                new ObjectMapper().createObjectNode().put("data.batch", 2),
                List.of("sweep.models"))
            .drift(new ObjectMapper().createObjectNode().put("place", "/current"))
            .totals("/totals", List.of(new RunReport.KeptSplits("a", 1, 2)), 3, List.of("torn"))
            .model("/m.onnx", "ab")
            .data(
                "calibration",
                "/d",
                new DataFacts(2, 512, new SkippedFiles(1, 2, 3, 4), List.of("x: torn"), 1))
            .calibrated(512, 4, "cd", 1000)
            .nonFinite(
                new DataCounts(512, 3, 1, 2, 1, 7, new DamagedRows(2, List.of("f row 1: null"))))
            .accuracy(0.99, 0.98)
            .compared(
                result(
                    new OutputComparison(
                        "y", Samples.SEPARATE, 5, 0.995, 26.5, 0.98, 0.5, 1, 2, 3, 4),
                    new OutputComparison(
                        "z",
                        Samples.CONSTANT,
                        1,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        Double.NaN,
                        0,
                        0,
                        0,
                        0,
                        0)))
            .gates(
                List.of(
                    new Gate.Limit("minAccuracy", 0.98, 0.9, true, "met"),
                    new Gate.Limit("minSqnrDb", Double.NaN, 20, false, "missed")))
            .layers(
                new LayerComparison(
                    16,
                    List.of(
                        new LayerComparison.Layer(
                            new LayerValue(
                                "conv1",
                                "torch.nn.Conv2d",
                                "Conv n1",
                                "dequantize",
                                new LayerValue.Grid(0.5, 3, 0, 255, "torch.quint8"),
                                "",
                                null),
                            7,
                            30.5,
                            0.25,
                            1,
                            new LayerComparison.NanElements(1, 0)),
                        new LayerComparison.Layer(
                            new LayerValue(
                                "conv2",
                                "torch.nn.Conv2d",
                                "Conv n2",
                                null,
                                null,
                                "within an int8 layer",
                                "relu2"),
                            0,
                            Double.NaN,
                            Double.NaN,
                            0,
                            LayerComparison.NanElements.NONE))))
            .leaderboard(
                JsonNodeFactory.instance.objectNode().put("samples", 3),
                JsonNodeFactory.instance.objectNode().putNull("isa"))
            .nodes(
                List.of(new NodeLine("conv1", "torch.nn.Conv2d", "Conv n1", 0, "x86 conv")),
                List.of(new NodeLine("softmax", "torch.nn.Softmax", "", 1, "none")),
                List.of("rnn"))
            .seconds(Phase.CALIBRATE, 1.23456)
            .seconds(Phase.CONVERT, 0.5)
            .seconds(Phase.VALIDATE, 2)
            .totalSeconds(4)
            .samplesPerSecond(414.7213)
            .numerics(new TreeSet<>(List.of(AVX2, AVX512)))
            .saturation(
                new IntegerLayers(
                    List.of(
                        new IntegerLayer("conv1", Arithmetic.EXACT, "why", 8, 1),
                        new IntegerLayer("conv2", Arithmetic.FAST, "", 8, 0))))
            .warnings(List.of("module_name a fits nothing"))
            .executors(
                new TreeSet<>(
                    List.of(
                        new ExecutorIdentity("1", "a", AVX2, new Int8Kernels(1, 1, 0)),
                        new ExecutorIdentity("2", "b", AVX512, Int8Kernels.NONE))))
            .memory(
                new TreeMap<>(
                    Map.of(
                        "1", new MemoryUse(100, 1000),
                        "2", new MemoryUse(20, 200),
                        "lost", new MemoryUse(3, 30))))
            .ok();

    JsonNode read = new ObjectMapper().readTree(report.toBytes());
    assertThat(read.fieldNames()).toIterable().containsExactlyElementsOf(FIELDS);
    assertThat(read)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"status": "ok", "error": null, "step": "quantize", "request": "ef",
                     "command": ["quantize", "a.conf"], "configuration": {"data.batch": 2},
                     "notRead": ["sweep.models"],
                     "model": {"path": "/m.onnx", "sha256": "ab"},
                     "data": {"calibration": {"path": "/d", "files": 2, "samples": 512, "leftOut": 7,
                                              "damagedRows": {"count": 2, "named": ["f row 1: null"]},
                                              "filesWithoutChecksums": 1, "damaged": ["x: torn"],
                                              "skipped": {"hidden": 1, "empty": 2, "notParquet": 3,
                                                          "nested": 4}},
                              "evaluation": null},
                     "samples": 512,
                     "nonFinite": {"nan": 3, "infinite": 1, "samplesWithNan": 2, "samplesWithInfinity": 1},
                     "partitions": 4,
                     "states": {"path": "/states", "computed": 3, "reused": 61, "lost": 2, "damaged": ["Cannot read x"]},
                     "state": {"sha256": "cd", "bytes": 1000}, "drift": {"place": "/current"},
                     "accuracy": {"float": 0.99, "int8": 0.98}, "agreement": 0.995, "sqnrDb": 26.5, "cosine": 0.98,
                     "outputs": [
                       {"name": "y", "primary": true, "samples": "separate", "compared": 5,
                        "agreement": 0.995, "sqnrDb": 26.5, "cosine": 0.98, "equal": false, "maxAbsError": 0.5,
                        "nan": {"float": 1, "int8": 2, "int8Only": 3}, "nonFiniteElements": 4},
                       {"name": "z", "primary": false, "samples": "constant", "compared": 1,
                        "agreement": null, "sqnrDb": null, "cosine": null, "equal": true, "maxAbsError": 0.0,
                        "nan": {"float": 0, "int8": 0, "int8Only": 0}, "nonFiniteElements": 0}],
                     "layers": {"samples": 16, "values": [
                       {"node": "conv1", "operator": "torch.nn.Conv2d", "source": "Conv n1", "sqnrDb": 30.5,
                        "equal": false, "elements": 7, "nonFiniteElements": 1, "nan": {"float": 1, "int8Only": 0}, "scale": 0.5, "zeroPoint": 3,
                        "quantMin": 0, "quantMax": 255, "dtype": "torch.quint8", "saturated": 0.25,
                        "endsIn": null, "notCompared": null},
                       {"node": "conv2", "operator": "torch.nn.Conv2d", "source": "Conv n2", "sqnrDb": null,
                        "equal": false, "elements": 0, "nonFiniteElements": 0, "nan": {"float": 0, "int8Only": 0}, "scale": null, "zeroPoint": null,
                        "quantMin": null, "quantMax": null, "dtype": null, "saturated": null,
                        "endsIn": "relu2", "notCompared": "within an int8 layer"}]},
                     "gates": [{"name": "minAccuracy", "value": 0.98, "threshold": 0.9, "passed": true},
                               {"name": "minSqnrDb", "value": null, "threshold": 20.0, "passed": false}],
                     "leaderboard": {"samples": 3},
                     "speed": {"isa": null},
                     "totals": {"path": "/totals", "models": [{"name": "a", "computed": 1, "reused": 2}], "lost": 3, "damaged": ["torn"]},
                     "training": null,
                     "nodes": {"quantized": [{"node": "conv1", "operator": "torch.nn.Conv2d",
                                 "source": "Conv n1", "position": 0, "reason": "x86 conv"}],
                               "float": [{"node": "softmax", "operator": "torch.nn.Softmax",
                                 "source": "", "position": 1, "reason": "none"}],
                               "floatInFile": ["rnn"]},
                     "warnings": ["module_name a fits nothing"],
                     "seconds": {"calibrate": 1.235, "train": null, "convert": 0.5, "validate": 2.0, "total": 4.0},
                     "samplesPerSecond": 414.7,
                     "numerics": {"mixed": true, "of": ["avx2 (native 1, oneDNN 3.11.0, L2 512K)",
                                  "avx512_core (native 1, oneDNN 3.11.0, L2 512K)"]},
                     "saturation": {"layers": 1, "of": 2, "remedy": "quantization.activationBits = 7"},
                     "executors": [
                       {"id": "1", "host": "a", "engine": "native", "isa": "avx2",
                        "numerics": "avx2 (native 1, oneDNN 3.11.0, L2 512K)",
                        "int8": {"fast": 1, "exact": 1, "reference": 0},
                        "memory": {"native": 100, "resident": 1000}},
                       {"id": "2", "host": "b", "engine": "native", "isa": "avx512_core",
                        "numerics": "avx512_core (native 1, oneDNN 3.11.0, L2 512K)",
                        "int8": null, "memory": {"native": 20, "resident": 200}}],
                     "memory": {"native": 123, "resident": 1230},
                     "versions": {"octant": "0.1"}}
                    """));
  }

  @Test
  void withoutLayersThatSaturateThereIsNothingToRemedy() {
    RunReport report = new RunReport(Map.of()).saturation(new IntegerLayers(List.of()));
    assertThat(report.document().get("saturation"))
        .hasToString("{\"layers\":0,\"of\":0,\"remedy\":null}");
  }

  @Test
  void memoryThatTheSystemDoesNotTellIsNull() {
    RunReport report = new RunReport(Map.of());
    report.memory(new TreeMap<>());
    assertThat(report.document().get("memory").isNull()).as("nothing was run").isTrue();
    report.memory(new TreeMap<>(Map.of("0", new MemoryUse(7, 0))));
    assertThat(report.document().get("memory")).hasToString("{\"native\":7,\"resident\":null}");
  }

  @Test
  void onlyARunThatSucceededHasDoneWhatWasAsked() {
    RunReport report = new RunReport(Map.of()).request("ef");
    assertThat(RunReport.request(report.ok().toBytes())).contains("ef");
    assertThat(RunReport.request(report.failed(new IllegalStateException(), "x").toBytes()))
        .isEmpty();
    assertThat(RunReport.request("{\"status\": \"ok\"}".getBytes(UTF_8))).isEmpty();
    assertThat(RunReport.request(new byte[0])).isEmpty();
    assertThat(RunReport.request("no JSON".getBytes(UTF_8))).isEmpty();
  }

  @Test
  void aFailedRunHasTheSameFieldsAndSaysWhy() throws IOException {
    RunReport report =
        new RunReport(Map.of()).failed(new IllegalStateException("inner"), "Cannot do it");

    JsonNode read = new ObjectMapper().readTree(report.toBytes());
    assertThat(read.fieldNames()).toIterable().containsExactlyElementsOf(FIELDS);
    assertThat(read.get("status").textValue()).isEqualTo("failed");
    assertThat(read.get("error").get("class").textValue())
        .isEqualTo("java.lang.IllegalStateException");
    assertThat(read.get("error").get("message").textValue()).isEqualTo("Cannot do it");
    assertThat(read.get("accuracy").isNull()).isTrue();
    assertThat(read.get("seconds").get("total").isNull()).isTrue();
  }

  @Test
  void aRatioWithoutNoiseIsNull() {
    RunReport report =
        new RunReport(Map.of())
            .compared(
                result(
                    new OutputComparison(
                        "y", Samples.SEPARATE, 5, 1, Double.POSITIVE_INFINITY, 1, 0, 0, 0, 0, 0)));
    assertThat(report.document().get("sqnrDb").isNull()).isTrue();
    assertThat(report.document().get("outputs").get(0).get("equal").asBoolean()).isTrue();
  }

  @Test
  void theFormatsPageNamesEveryFieldInOrder() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/format/result.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split("`")[1])
            .toList();

    assertThat(rows).isEqualTo(FIELDS);
  }

  private static ValidationResult result(OutputComparison... outputs) {
    return new ValidationResult(
        DataCounts.NONE, Optional.empty(), List.of(outputs), 0, new TreeSet<>(), Optional.empty());
  }
}
