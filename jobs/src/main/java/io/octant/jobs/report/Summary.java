package io.octant.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.pipeline.QuantizationResult;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.Int8Kernels;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationResult;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a person wants to know of a job that succeeded, in a few lines. */
public final class Summary {

  private Summary() {}

  /** The text, with a final line break. */
  public static String of(QuantizeConfig config, QuantizationResult result) {
    StringBuilder text = new StringBuilder();
    line(text, "model", config.model().path());
    line(
        text,
        "calibrated",
        "%,d samples, backend %s, method %s",
        result.calibration().samples(),
        config.quantization().backend().name().toLowerCase(Locale.ROOT),
        config.quantization().method().name().toLowerCase(Locale.ROOT));
    DataCounts counts = result.calibration();
    if (counts.nanValues() + counts.infiniteValues() > 0) {
      line(
          text,
          "",
          "  %,d NaN and %,d infinite values left out",
          counts.nanValues(),
          counts.infiniteValues());
    }
    data(text, result.report().document().path("data"));
    nodes(text, result);
    int8(text, result);
    result.validation().ifPresent(validation -> validation(text, validation));
    line(text, "output", config.output().path());
    return text.toString();
  }

  /** What of the data was not read, and what damage could not have been seen. */
  private static void data(StringBuilder text, JsonNode data) {
    for (String use : List.of("calibration", "evaluation")) {
      JsonNode source = data.path(use);
      List<String> skipped = new ArrayList<>();
      source
          .path("skipped")
          .fields()
          .forEachRemaining(
              kind -> {
                if (kind.getValue().asLong() > 0) {
                  skipped.add(kind.getValue().asLong() + " " + kind.getKey());
                }
              });
      if (!skipped.isEmpty()) {
        line(text, "", "  files of the %s data left out: %s", use, String.join(", ", skipped));
      }
      long unverified = source.path("filesWithoutChecksums").asLong();
      if (unverified > 0) {
        line(
            text,
            "",
            "  no page checksums in %,d of %,d files of the %s data: damage in them can go unseen",
            unverified,
            source.path("files").asLong(),
            use);
      }
    }
  }

  private static void nodes(StringBuilder text, QuantizationResult result) {
    List<NodeReport> left = result.nodes().with(Outcome.FLOAT);
    line(
        text,
        "nodes",
        "%d quantized, %d left in float%s",
        result.nodes().with(Outcome.QUANTIZED).size(),
        left.size(),
        left.isEmpty() ? "" : ":");
    byReason(left).forEach((reason, nodes) -> line(text, "", "  %s: %s", reason, nodes));
    List<String> inFile = new ArrayList<>();
    result.report().document().at("/nodes/floatInFile").forEach(n -> inFile.add(n.asText()));
    if (!inFile.isEmpty()) {
      line(
          text,
          "",
          "  quantized here, float in the written model, which has them within one operator: %s",
          String.join(", ", inFile));
    }
    result.nodes().warnings().forEach(warning -> line(text, "warning", "%s", warning));
  }

  /** Float nodes with one reason share a line; the report in result.json has each of them. */
  private static Map<String, String> byReason(List<NodeReport> nodes) {
    Map<String, String> byReason = new TreeMap<>();
    for (NodeReport node : nodes) {
      byReason.merge(node.reason(), node.node(), (a, b) -> a + ", " + b);
    }
    return byReason;
  }

  /** Where it ran, and what the user's own runtime may make of the model. */
  private static void int8(StringBuilder text, QuantizationResult result) {
    result
        .executors()
        .forEach(
            e ->
                line(
                    text,
                    "executor",
                    "%s: %s%s",
                    e.name(),
                    e.numerics(),
                    e.int8().equals(Int8Kernels.NONE)
                        ? ""
                        : ", int8 layers: %d fast, %d exact, %d reference"
                            .formatted(e.int8().fast(), e.int8().exact(), e.int8().reference())));
    if (result.report().document().at("/numerics/mixed").asBoolean()) {
      line(text, "", "  mixed: the result depends on which executor saw which samples");
    }
    int saturating = result.layers().wouldSaturate();
    if (saturating > 0) {
      line(
          text,
          "saturation",
          "%d of %d int8 layers may overflow in other runtimes (ONNX Runtime, PyTorch) on CPUs"
              + " without VNNI; quantization.activationBits = 7 avoids it",
          saturating,
          result.layers().total());
    }
  }

  private static void validation(StringBuilder text, ValidationResult validation) {
    validation
        .accuracy()
        .ifPresent(
            accuracy ->
                line(
                    text,
                    "accuracy",
                    "float %.2f %%, int8 %.2f %% on %,d samples",
                    100 * accuracy.float32(),
                    100 * accuracy.int8(),
                    validation.counts().samples()));
    if (!Double.isNaN(validation.agreement())) {
      line(text, "agreement", "%.2f %%", 100 * validation.agreement());
    }
    boolean several = validation.outputs().size() > 1;
    String name = "SQNR";
    for (OutputComparison output : validation.outputs()) {
      line(text, name, "%s%s", sqnr(output), several ? " in output " + output.name() : "");
      name = "";
    }
    for (OutputComparison output : validation.outputs()) {
      nan(text, output);
    }
  }

  private static String sqnr(OutputComparison output) {
    if (Double.isNaN(output.sqnrDb())) {
      return "none: nothing without NaN to compare";
    }
    return output.sqnrDb() == Double.POSITIVE_INFINITY
        ? "equal"
        : String.format(Locale.ROOT, "%.1f dB", output.sqnrDb());
  }

  private static void nan(StringBuilder text, OutputComparison output) {
    if (output.int8NanOnly() > 0) {
      line(
          text,
          "WARNING",
          "%,d of %,d parts of output %s have NaN in int8 only",
          output.int8NanOnly(),
          output.compared(),
          output.name());
    } else if (output.floatNan() > 0) {
      line(
          text,
          "",
          "  %,d of %,d parts of output %s have NaN in float (%,d in int8) and are left out",
          output.floatNan(),
          output.compared(),
          output.name(),
          output.int8Nan());
    }
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    String value = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
    text.append(String.format(Locale.ROOT, "%-11s %s", name, value).stripTrailing())
        .append(System.lineSeparator());
  }
}
