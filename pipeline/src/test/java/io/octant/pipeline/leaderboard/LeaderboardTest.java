package io.octant.pipeline.leaderboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.onnx.ModelOutput;
import io.octant.pipeline.evaluation.EvaluationTotals;
import io.octant.pipeline.validation.ComparedOutput;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Rows without figures, and names that mean something to CSV. */
class LeaderboardTest {
  private static final String NAME = "a,\"b\" <i>&";
  private static final ComparedOutput OUTPUT =
      ValidationPlan.of(
              List.of(new ModelOutput("y", ModelOutput.Samples.SEPARATE, BatchAxis.of(0))),
              List.of(new TensorSpec("y", DType.FLOAT32, Shape.of(2, 3))),
              Optional.empty())
          .primaryOutput();

  private static Row row(String name, String kind, String error) {
    return row(name, kind, List.of("t", "s", "t"), error);
  }

  private static Row row(String name, String kind, List<String> tags, String error) {
    return Row.of(
        name,
        kind,
        tags,
        new TreeMap<>(),
        Optional.empty(),
        error,
        new EvaluationTotals().model(1),
        OUTPUT);
  }

  private static Leaderboard board() {
    return new Leaderboard(
        "model",
        "y",
        5,
        0,
        List.of(row("float", "float", ""), row(NAME, "model", "Cannot read <x>, line 1\nline 2")),
        List.of(),
        new TreeSet<>(List.of("avx2")),
        List.of());
  }

  @Test
  void aCandidateWithoutFiguresHasNullsAndItsError() {
    JsonNode board = board().tree();
    assertThat(board.get("winner").isNull()).isTrue();
    assertThat(board.get("heldOut").isNull()).isTrue();
    JsonNode failed = board.at("/candidates/1");
    assertThat(failed.get("error").asText()).isEqualTo("Cannot read <x>, line 1\nline 2");
    for (String figure :
        List.of("accuracy", "top5", "difference", "f1", "agreement", "sqnrDb", "cosine", "bytes")) {
      assertThat(failed.has(figure)).as(figure).isTrue();
      assertThat(failed.get(figure).isNull()).as(figure).isTrue();
    }
  }

  @Test
  void commasQuotesAndLinesStandInQuotes() {
    String csv = new String(LeaderboardCsv.of(board()), UTF_8);
    assertThat(csv)
        .startsWith("name,kind,tags,accuracy,accuracyLow,accuracyHigh,top5,difference,")
        .contains("\r\nfloat,float,")
        .contains("\r\n\"a,\"\"b\"\" <i>&\",model,")
        .endsWith(",\"Cannot read <x>, line 1\nline 2\"\r\n");
  }

  @Test
  void textsOfTheCsvAreNoFormulasAndTagsCanBeToldApart() {
    List<Row> rows = new ArrayList<>();
    for (String name : List.of("=1+1", "+1", "-1", "@sum", "\t=1", "plain")) {
      rows.add(row(name, "model", List.of("a b", "c"), "=cmd"));
    }
    Leaderboard board =
        new Leaderboard(
            "model", "y", 5, 0, rows, List.of(), new TreeSet<>(List.of("avx2")), List.of());
    String csv = new String(LeaderboardCsv.of(board), UTF_8);
    for (String line : csv.split("\r\n")) {
      assertThat(line).doesNotContainPattern("(^|,)\"?[=+@\t-]");
    }
    assertThat(csv)
        .contains("'=1+1,model,\"[\"\"a b\"\",\"\"c\"\"]\",", "\r\nplain,", ",'=cmd\r\n");
  }
}
