package io.octant.pipeline.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.onnx.ModelOutput;
import io.octant.pipeline.leaderboard.Leaderboard;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.validation.ComparedOutput;
import io.octant.pipeline.validation.Part;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which model is the best, if many are as good as luck makes them. */
class StandingTest {
  private static final ComparedOutput OUTPUT =
      ValidationPlan.of(
              List.of(new ModelOutput("y", ModelOutput.Samples.SEPARATE, BatchAxis.of(0))),
              List.of(new TensorSpec("y", DType.FLOAT32, Shape.of(1, 2))),
              Optional.empty())
          .primaryOutput();

  /** Of 100 samples float gets 90 right; five discordant ones on one side are p = 1/32. */
  @Test
  void whatMayBeChanceIsRankedByTheOutput() {
    Row float32 = row("float", "float", 0, 0, 0);
    Row lucky = row("lucky", "settings", 0, 4, 0.1f);
    Row near = row("near", "settings", 1, 0, 0.01f);
    Row better = row("better", "checkpoint", 0, 5, 0.2f);
    Row best = row("best", "checkpoint", 0, 6, 0.3f);
    Row worse = row("worse", "settings", 5, 0, 0.001f);
    Row failed =
        Row.of(
            "failed",
            "model",
            List.of(),
            new TreeMap<>(),
            Optional.empty(),
            "Cannot read it",
            new CandidateTotals(),
            OUTPUT);
    assertThat(lucky.standing()).isEqualTo(Row.Standing.EVEN);
    assertThat(better.standing()).isEqualTo(Row.Standing.BETTER);
    assertThat(worse.standing()).isEqualTo(Row.Standing.WORSE);

    Row broken = row("broken", "settings", 0, 0, Float.POSITIVE_INFINITY);
    assertThat(broken.standing()).isEqualTo(Row.Standing.EVEN);

    Row brokenWorse = row("broken-worse", "settings", 5, 0, Float.POSITIVE_INFINITY);
    assertThat(brokenWorse.standing()).isEqualTo(Row.Standing.WORSE);
    Row worst = row("worst", "settings", 9, 0, 0.001f);

    List<Row> rows =
        new ArrayList<>(
            List.of(failed, brokenWorse, worse, worst, broken, lucky, better, float32, near, best));
    rows.sort(Row.bestFirst());
    assertThat(rows)
        .extracting(Row::name)
        .containsExactly(
            "best",
            "better",
            "float",
            "near",
            "lucky",
            "broken",
            "worse",
            "worst",
            "broken-worse",
            "failed");
    assertThat(Leaderboard.winner(rows)).contains(best);
    assertThat(Leaderboard.winner(rows.subList(2, 8))).contains(near);
    assertThat(Leaderboard.winner(List.of(float32, failed))).isEmpty();
  }

  /** A worse one may be as fast as it likes, and what is even is told apart by its output. */
  @Test
  void theFrontIsOfThoseThatAreNotWorse() {
    Row float32 = timed(row("float", "float", 0, 0, 0), 9);
    Row near = timed(row("near", "settings", 1, 0, 0.01f), 3);
    Row lucky = timed(row("lucky", "settings", 0, 4, 0.1f), 4);
    Row fast = timed(row("fast", "settings", 1, 0, 0.2f), 2);
    Row worse = timed(row("worse", "settings", 5, 0, 0.001f), 1);
    Row nan = timed(row("nan", "settings", 0, 0, Float.NaN), 1);
    Leaderboard board =
        new Leaderboard(
            "m",
            "y",
            1,
            100,
            List.of(float32, near, lucky, fast, worse, nan),
            List.of(),
            new TreeSet<>(List.of("avx2")),
            List.of());
    assertThat(board.speed().at("/pareto").toString()).isEqualTo("[\"float\",\"near\",\"fast\"]");
  }

  /** Takes so long for a sample, in milliseconds. */
  private static Row timed(Row row, long millis) {
    row.totals().ran(0, millis * 100_000_000L);
    return row;
  }

  /** The infinite scores are left out, and the others have no error. */
  @Test
  void whatHasInfinitiesIsNotEqual() {
    Row broken = row("broken", "settings", 0, 0, Float.POSITIVE_INFINITY);
    assertThat(broken.compared().sqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(broken.compared().isEqual()).isFalse();
    assertThat(row("same", "settings", 0, 0, 0).compared().isEqual()).isTrue();
  }

  /**
   * Compares 100 samples.
   *
   * @param lost samples that float alone gets right
   * @param won samples that the model alone gets right
   * @param error added to all scores; an infinite one to the highest alone, and NaN to one of the
   *     100 samples, the last, which float gets wrong as well
   */
  private static Row row(String name, String kind, int lost, int won, float error) {
    CandidateTotals totals = new CandidateTotals();
    for (int i = 0; i < 100; i++) {
      boolean floatRight = i < 90;
      boolean right = floatRight ? i >= lost : i < 90 + won;
      Part float32 = part(floatRight, 0);
      Part candidate = part(right, Float.isNaN(error) && i < 99 ? 0 : error);
      totals.output().add(OUTPUT, float32, candidate);
      assertThat(totals.labels().add(0, OUTPUT, candidate, 1)).isEqualTo(right);
      totals.verdicts(floatRight, right);
      totals.ran(1, 1);
    }
    return Row.of(name, kind, List.of(), new TreeMap<>(), Optional.empty(), "", totals, OUTPUT);
  }

  private static Part part(boolean right, float error) {
    float[] scores = {right ? 1.01f : 0.99f, 1};
    if (Float.isInfinite(error)) {
      scores[right ? 0 : 1] = error;
    } else {
      scores[0] += error;
      scores[1] += error;
    }
    return new Part(Tensor.of(DType.FLOAT32, Shape.of(1, 2), scores), OUTPUT.parts(), 0);
  }
}
