package io.octant.pipeline.leaderboard;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.octant.pipeline.evaluation.ClassFigures;
import io.octant.pipeline.evaluation.PairedTest;
import io.octant.pipeline.evaluation.Proportion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table as CSV (RFC 4180): a line of names, a line a model; what there is not is empty. Tags
 * are a JSON array. A text that spreadsheets would take for a formula has an apostrophe before it.
 */
public final class LeaderboardCsv {
  /** What a formula begins with, or what spreadsheets skip before one. */
  private static final String FORMULA = "=+-@\t\r\n";

  private LeaderboardCsv() {}

  /** UTF-8, lines ended by CR LF. */
  public static byte[] of(Leaderboard board) {
    StringBuilder text = new StringBuilder();
    line(
        text,
        List.of(
            "name",
            "kind",
            "tags",
            "accuracy",
            "accuracyLow",
            "accuracyHigh",
            "top" + board.top(),
            "difference",
            "pExact",
            "pMid",
            "f1",
            "agreement",
            "sqnrDb",
            "meanSquaredError",
            "cosine",
            "nan",
            "nanOnly",
            "nonFinite",
            "bytes",
            "int8Layers",
            "error"));
    for (Row row : board.rows()) {
      boolean has = row.hasFigures();
      Optional<Proportion> accuracy = row.accuracy();
      Optional<PairedTest> test = row.paired();
      line(
          text,
          List.of(
              text(row.name()),
              row.kind(),
              tags(row.tags()),
              accuracy.map(a -> number(a.value())).orElse(""),
              accuracy.map(a -> number(a.low())).orElse(""),
              accuracy.map(a -> number(a.high())).orElse(""),
              row.topAccuracy().map(a -> number(a.value())).orElse(""),
              row.difference().isPresent() ? number(row.difference().getAsDouble()) : "",
              test.map(t -> number(t.exact())).orElse(""),
              test.map(t -> number(t.midP())).orElse(""),
              accuracy
                  .map(
                      a ->
                          number(
                              ClassFigures.meanF1(
                                  ClassFigures.of(row.totals().labels().confusion()))))
                  .orElse(""),
              has ? number(row.compared().agreement()) : "",
              has ? number(row.compared().sqnrDb()) : "",
              has ? number(row.totals().output().meanSquaredError()) : "",
              has ? number(row.compared().cosine()) : "",
              has ? String.valueOf(row.compared().int8Nan()) : "",
              has ? String.valueOf(row.compared().int8NanOnly()) : "",
              has ? String.valueOf(row.compared().nonFiniteElements()) : "",
              row.facts().map(f -> String.valueOf(f.bytes())).orElse(""),
              row.facts().map(f -> String.valueOf(f.int8Layers())).orElse(""),
              text(row.error())));
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String text(String cell) {
    return !cell.isEmpty() && FORMULA.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
  }

  private static String tags(List<String> tags) {
    return JsonNodeFactory.instance
        .arrayNode()
        .addAll(tags.stream().map(JsonNodeFactory.instance::textNode).toList())
        .toString();
  }

  private static String number(double x) {
    return Double.isFinite(x) ? String.valueOf(x) : "";
  }

  private static void line(StringBuilder text, List<String> cells) {
    List<String> quoted = new ArrayList<>();
    for (String cell : cells) {
      boolean plain = cell.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
      quoted.add(plain ? cell : "\"" + cell.replace("\"", "\"\"") + "\"");
    }
    text.append(String.join(",", quoted)).append("\r\n");
  }
}
