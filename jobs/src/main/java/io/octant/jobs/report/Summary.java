package io.octant.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.jobs.config.QuantizeConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a person wants to know of a job that succeeded, in a few lines. */
public final class Summary {

  private Summary() {}

  /**
   * The text, with a final line break.
   *
   * @param report the document {@code result.json}; what is null in it is not shown
   */
  public static String of(QuantizeConfig config, JsonNode report) {
    StringBuilder text = new StringBuilder();
    line(text, "model", config.model().path());
    calibration(text, config, report);
    data(text, report.path("data"));
    training(text, report.path("training"));
    nodes(text, report);
    numerics(text, report);
    validation(text, report);
    SweepText.of(text, report);
    notRead(text, config);
    line(text, "output", config.output().path());
    return text.toString();
  }

  private static void calibration(StringBuilder text, QuantizeConfig config, JsonNode report) {
    List<String> how = new ArrayList<>();
    if (report.path("samples").isNumber()) {
      how.add(String.format(Locale.ROOT, "%,d samples", report.path("samples").asLong()));
    }
    String backend = config.quantization().backend().name().toLowerCase(Locale.ROOT);
    String method = config.quantization().method().name().toLowerCase(Locale.ROOT);
    if (report.path("state").isObject() && !report.path("leaderboard").isObject()) {
      how.add("backend " + backend);
    }
    if (report.path("nodes").isObject()) {
      how.add("method " + method);
    }
    if (!how.isEmpty()) {
      line(text, "calibrated", "%s", String.join(", ", how));
    }
    long nan = report.at("/nonFinite/nan").asLong();
    long infinite = report.at("/nonFinite/infinite").asLong();
    if (nan + infinite > 0) {
      line(text, "", "  %,d NaN and %,d infinite values left out", nan, infinite);
    }
    JsonNode states = report.path("states");
    if (states.isObject()) {
      line(
          text,
          "states",
          "%,d splits computed, %,d reused in %s",
          states.path("computed").asLong(),
          states.path("reused").asLong(),
          states.path("path").asText());
      long lost = states.path("lost").asLong();
      if (lost > 0) {
        line(
            text,
            "WARNING",
            "%,d states are not to be found there: expected a folder that all executors reach",
            lost);
      }
      states.path("damaged").forEach(d -> line(text, "", "  made anew: %s", d.asText()));
    }
  }

  /** What of the data was not read, and what damage could not have been seen. */
  private static void data(StringBuilder text, JsonNode data) {
    for (String use : List.of("calibration", "training", "evaluation")) {
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
      JsonNode damaged = source.path("damaged");
      if (!damaged.isEmpty()) {
        line(text, "WARNING", "%,d damaged files of the %s data left out:", damaged.size(), use);
        damaged.forEach(fault -> line(text, "", "  %s", fault.asText()));
      }
      long rows = source.at("/damagedRows/count").asLong();
      if (rows > 0) {
        JsonNode named = source.at("/damagedRows/named");
        String such = named.size() < rows ? ", such as:" : ":";
        line(text, "WARNING", "%,d damaged rows of the %s data left out%s", rows, use, such);
        named.forEach(fault -> line(text, "", "  %s", fault.asText()));
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

  /** Keys that the command has no use for. */
  static void notRead(StringBuilder text, QuantizeConfig config) {
    if (!config.origin().notRead().isEmpty()) {
      line(text, "not read", "%s", String.join(", ", config.origin().notRead()));
    }
  }

  static void nodes(StringBuilder text, JsonNode report) {
    JsonNode nodes = report.path("nodes");
    if (nodes.isObject()) {
      JsonNode left = nodes.path("float");
      line(
          text,
          "nodes",
          "%d quantized, %d left in float%s",
          nodes.path("quantized").size(),
          left.size(),
          left.isEmpty() ? "" : ":");
      byReason(left).forEach((reason, names) -> line(text, "", "  %s: %s", reason, names));
      List<String> inFile = new ArrayList<>();
      nodes.path("floatInFile").forEach(n -> inFile.add(n.asText()));
      if (!inFile.isEmpty()) {
        line(
            text,
            "",
            "  quantized here, float in the written model, which has them within one operator: %s",
            String.join(", ", inFile));
      }
    }
    report.path("warnings").forEach(warning -> line(text, "warning", "%s", warning.asText()));
  }

  /** Float nodes with one reason share a line; the report in result.json has each of them. */
  private static Map<String, String> byReason(JsonNode nodes) {
    Map<String, String> byReason = new TreeMap<>();
    for (JsonNode node : nodes) {
      byReason.merge(
          node.path("reason").asText(), node.path("node").asText(), (a, b) -> a + ", " + b);
    }
    return byReason;
  }

  /** Where it ran, and what the user's own runtime may make of the model. */
  private static void numerics(StringBuilder text, JsonNode report) {
    for (JsonNode e : report.path("executors")) {
      JsonNode int8 = e.path("int8");
      line(
          text,
          "executor",
          "%s (%s): %s%s",
          e.path("id").asText(),
          e.path("host").asText(),
          e.path("numerics").asText(),
          int8.isObject()
              ? ", int8 layers: %d fast, %d exact, %d reference"
                  .formatted(
                      int8.path("fast").asInt(),
                      int8.path("exact").asInt(),
                      int8.path("reference").asInt())
              : "");
    }
    if (report.at("/numerics/mixed").asBoolean()) {
      line(text, "", "  mixed: the result depends on which executor saw which samples");
    }
    int saturating = report.at("/saturation/layers").asInt();
    if (saturating > 0) {
      line(
          text,
          "saturation",
          "%d of %d int8 layers may overflow in other runtimes (ONNX Runtime, PyTorch) on CPUs"
              + " without VNNI; quantization.activationBits = 7 avoids it",
          saturating,
          report.at("/saturation/of").asInt());
    }
  }

  private static void training(StringBuilder text, JsonNode training) {
    JsonNode epochs = training.path("epochs");
    if (epochs.isEmpty()) {
      return;
    }
    JsonNode last = epochs.path(epochs.size() - 1);
    JsonNode evaluated = last.path("evaluationAccuracy");
    line(
        text,
        "trained",
        "%,d epochs, %,d steps, loss %.4f in the first epoch and %.4f in the last%s",
        epochs.size(),
        training.path("steps").asLong(),
        epochs.path(0).path("loss").asDouble(),
        last.path("loss").asDouble(),
        evaluated.isNumber()
            ? String.format(Locale.ROOT, "; %.2f %% right after it", 100 * evaluated.asDouble())
            : "");
    if (training.path("resumedFrom").isTextual()) {
      line(text, "", "  went on from %s", training.path("resumedFrom").asText());
    }
  }

  private static void validation(StringBuilder text, JsonNode report) {
    JsonNode accuracy = report.path("accuracy");
    if (accuracy.isObject()) {
      line(
          text,
          "accuracy",
          "float %.2f %%, int8 %.2f %% on %,d samples",
          100 * accuracy.path("float").asDouble(),
          100 * accuracy.path("int8").asDouble(),
          report.at("/data/evaluation/samples").asLong()
              - report.at("/data/evaluation/leftOut").asLong()
              - report.at("/data/evaluation/damagedRows/count").asLong());
    }
    if (report.path("agreement").isNumber()) {
      line(text, "agreement", "%.2f %%", 100 * report.path("agreement").asDouble());
    }
    JsonNode outputs = report.path("outputs");
    String name = "SQNR";
    for (JsonNode output : outputs) {
      String which = outputs.size() > 1 ? " in output " + output.path("name").asText() : "";
      line(text, name, "%s%s%s", sqnr(output), cosine(output), which);
      name = "";
    }
    outputs.forEach(output -> nan(text, output));
  }

  private static String sqnr(JsonNode output) {
    if (output.path("equal").asBoolean()) {
      return "equal";
    }
    if (output.path("sqnrDb").isNumber()) {
      return String.format(Locale.ROOT, "%.1f dB", output.path("sqnrDb").asDouble());
    }
    return output.path("maxAbsError").isNumber()
        ? "no error in what is finite"
        : "none: nothing finite to compare";
  }

  private static String cosine(JsonNode output) {
    return output.path("cosine").isNumber() && !output.path("equal").asBoolean()
        ? String.format(Locale.ROOT, ", cosine %.4f", output.path("cosine").asDouble())
        : "";
  }

  private static void nan(StringBuilder text, JsonNode output) {
    long int8Only = output.at("/nan/int8Only").asLong();
    long compared = output.path("compared").asLong();
    String name = output.path("name").asText();
    if (int8Only > 0) {
      line(
          text,
          "WARNING",
          "%,d of %,d parts of output %s have NaN in int8 only",
          int8Only,
          compared,
          name);
    } else if (output.at("/nan/float").asLong() > 0) {
      line(
          text,
          "",
          "  %,d of %,d parts of output %s have NaN in float (%,d in int8) and are left out",
          output.at("/nan/float").asLong(),
          compared,
          name,
          output.at("/nan/int8").asLong());
    }
    long infinite = output.path("nonFiniteElements").asLong();
    if (infinite > 0) {
      line(text, "", "  %,d infinite elements of output %s are left out", infinite, name);
    }
  }

  static void line(StringBuilder text, String name, String format, Object... values) {
    String value = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
    text.append(String.format(Locale.ROOT, "%-11s %s", name, value).stripTrailing())
        .append(System.lineSeparator());
  }
}
