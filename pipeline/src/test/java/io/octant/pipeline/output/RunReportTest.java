package io.octant.pipeline.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataFacts;
import io.octant.pipeline.data.SkippedFiles;
import io.octant.pipeline.output.RunReport.NodeLine;
import io.octant.pipeline.output.RunReport.Phase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportTest {

  private static final List<String> FIELDS =
      List.of(
          "status",
          "error",
          "model",
          "data",
          "samples",
          "nonFinite",
          "partitions",
          "state",
          "accuracy",
          "agreement",
          "sqnrDb",
          "nodes",
          "seconds",
          "samplesPerSecond",
          "executors",
          "versions");

  @Test
  void aSuccessfulRunFillsInEveryField() throws IOException {
    RunReport report =
        new RunReport(Map.of("octant", "0.1"))
            .model("/m.onnx", "ab")
            .data("calibration", "/d", new DataFacts(2, 512, new SkippedFiles(1, 2, 3, 4), 1))
            .calibrated(512, 4, "cd", 1000)
            .nonFinite(new DataCounts(512, 3, 1, 2, 1))
            .accuracy(0.99, 0.98)
            .compared(0.995, 26.5)
            .nodes(
                List.of(new NodeLine("conv1", "x86 conv")),
                List.of(new NodeLine("softmax", "none")))
            .seconds(Phase.CALIBRATE, 1.23456)
            .seconds(Phase.CONVERT, 0.5)
            .seconds(Phase.VALIDATE, 2)
            .seconds(Phase.TOTAL, 4)
            .samplesPerSecond(414.7213)
            .executors(Map.of("driver", "avx512_core_vnni"))
            .ok();

    JsonNode read = new ObjectMapper().readTree(report.toBytes());
    assertThat(read.fieldNames()).toIterable().containsExactlyElementsOf(FIELDS);
    assertThat(read)
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"status": "ok", "error": null, "model": {"path": "/m.onnx", "sha256": "ab"},
                     "data": {"calibration": {"path": "/d", "files": 2, "samples": 512,
                                              "filesWithoutChecksums": 1,
                                              "skipped": {"hidden": 1, "empty": 2, "notParquet": 3,
                                                          "nested": 4}},
                              "evaluation": null},
                     "samples": 512,
                     "nonFinite": {"nan": 3, "infinite": 1, "samplesWithNan": 2, "samplesWithInfinity": 1},
                     "partitions": 4, "state": {"sha256": "cd", "bytes": 1000},
                     "accuracy": {"float": 0.99, "int8": 0.98}, "agreement": 0.995, "sqnrDb": 26.5,
                     "nodes": {"quantized": [{"node": "conv1", "reason": "x86 conv"}],
                               "float": [{"node": "softmax", "reason": "none"}]},
                     "seconds": {"calibrate": 1.235, "convert": 0.5, "validate": 2.0, "total": 4.0},
                     "samplesPerSecond": 414.7,
                     "executors": [{"id": "driver", "isa": "avx512_core_vnni"}],
                     "versions": {"octant": "0.1"}}
                    """));
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
    RunReport report = new RunReport(Map.of()).compared(1, Double.POSITIVE_INFINITY);
    assertThat(report.document().get("sqnrDb").isNull()).isTrue();
  }
}
