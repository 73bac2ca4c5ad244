package io.octant.jobs.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** The table of a sweep, or the figures of one model, in a summary. */
final class SweepText {
  private SweepText() {}

  /** Adds a line for each model, the winner and its figures on what was held out. */
  static void of(StringBuilder text, JsonNode report) {
    JsonNode board = report.path("leaderboard");
    if (!board.isObject()) {
      return;
    }
    Summary.line(
        text,
        "evaluated",
        "%,d samples, output %s",
        board.path("samples").asLong(),
        board.path("output").asText());
    totals(text, report.path("totals"));
    for (JsonNode row : board.path("candidates")) {
      int warnings = row.path("warnings").size();
      Summary.line(
          text,
          "",
          "  %s: %s%s",
          row.path("name").asText(),
          figures(row),
          warnings == 0 ? "" : ", warnings: %d".formatted(warnings));
    }
    if (board.path("winner").isTextual() && board.path("candidates").size() > 2) {
      Summary.line(text, "winner", "%s", board.path("winner").asText());
    }
    JsonNode held = board.path("heldOut");
    if (held.isObject()) {
      Summary.line(text, "held out", "%,d samples", held.path("samples").asLong());
      for (JsonNode row : held.path("models")) {
        Summary.line(text, "", "  %s: %s", row.path("name").asText(), figures(row));
      }
    }
  }

  private static void totals(StringBuilder text, JsonNode totals) {
    if (!totals.isObject()) {
      return;
    }
    long computed = 0;
    long reused = 0;
    for (JsonNode model : totals.path("models")) {
      computed += model.path("computed").asLong();
      reused += model.path("reused").asLong();
    }
    Summary.line(
        text,
        "totals",
        "%,d computed, %,d reused in %s, one of a model and a split each",
        computed,
        reused,
        totals.path("path").asText());
    long lost = totals.path("lost").asLong();
    if (lost > 0) {
      Summary.line(
          text,
          "WARNING",
          "%,d totals are not to be found there: expected a folder that all executors reach",
          lost);
    }
    totals.path("damaged").forEach(d -> Summary.line(text, "", "  made anew: %s", d.asText()));
  }

  private static String figures(JsonNode row) {
    if (row.path("error").isTextual()) {
      return "failed: " + row.path("error").asText();
    }
    StringBuilder text = new StringBuilder();
    JsonNode accuracy = row.path("accuracy");
    if (accuracy.isObject()) {
      add(
          text,
          "accuracy %.2f %% (%.2f to %.2f)",
          100 * accuracy.path("value").asDouble(),
          100 * accuracy.path("low").asDouble(),
          100 * accuracy.path("high").asDouble());
    }
    boolean compared = !row.path("kind").asText().equals("float");
    JsonNode difference = row.path("difference");
    if (compared && difference.isObject()) {
      add(
          text,
          "%+.2f, p %.3f",
          100 * difference.path("value").asDouble(),
          difference.path("pMid").asDouble());
    }
    if (compared && row.path("equal").asBoolean()) {
      add(text, "equal");
    } else if (compared && row.path("sqnrDb").isNumber()) {
      add(text, "SQNR %.1f dB", row.path("sqnrDb").asDouble());
    } else if (compared && row.path("maxAbsError").isNumber()) {
      add(text, "no error in what is finite");
    }
    if (row.path("nanOnly").asLong() > 0) {
      add(text, "NaN in %,d samples that float has none in", row.path("nanOnly").asLong());
    }
    if (row.path("nonFinite").asLong() > 0) {
      add(text, "%,d infinite elements left out", row.path("nonFinite").asLong());
    }
    return text.toString();
  }

  private static void add(StringBuilder text, String format, Object... values) {
    text.append(text.isEmpty() ? "" : ", ").append(String.format(Locale.ROOT, format, values));
  }
}
