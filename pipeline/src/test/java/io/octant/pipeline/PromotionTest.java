package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.Promotion.Outcome;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.CurrentResult;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.validation.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What becomes current, and what does not. */
class PromotionTest extends PromotionCase {
  @Test
  void aDayMovesForwardAndTheHistoryHasEveryOne() throws IOException {
    for (int day = 1; day <= 3; day++) {
      day(day, "model " + day);
      assertThat(promote(day).outcome()).isEqualTo(Outcome.MOVED);
    }
    assertThat(current().read().orElseThrow().date()).contains(date(3));
    assertThat(current().history()).extracting(CurrentResult::number).containsExactly(1L, 2L, 3L);
    assertThat(read(MODEL)).isEqualTo("model 3");
    assertThat(read("calibration/state.octcal")).isEqualTo("state of model 3");

    Map<String, String> before = files();
    assertThat(promote(3).outcome()).isEqualTo(Outcome.SAME);
    // As a backfill does, or a task that is run again.
    assertThat(promote(2).outcome()).isEqualTo(Outcome.LATER_DATE);
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void oneGoesBackByDateOrFolderAndWhatWasLeftStaysSo() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    promote(1);
    promote(2);
    assertThat(back("2026-11-01").outcome()).isEqualTo(Outcome.MOVED);
    CurrentResult now = current().read().orElseThrow();
    assertThat(now.number()).isEqualTo(3);
    assertThat(now.backTo()).hasValue(1);
    assertThat(read(MODEL)).isEqualTo("model 1");
    assertThat(back("2026-11-01").outcome()).isEqualTo(Outcome.SAME);

    // The schedule runs the day again that was found to be bad.
    Promotion.Done again = promote(2);
    assertThat(again.outcome()).isEqualTo(Outcome.LEFT_BEFORE);
    assertThat(again.subject().number()).isEqualTo(2);
    assertThat(read(MODEL)).isEqualTo("model 1");

    assertThat(back(place("int8/2")).outcome()).isEqualTo(Outcome.MOVED);
    assertThat(read(MODEL)).isEqualTo("model 2");
    assertThat(current().history())
        .extracting(CurrentResult::backTo)
        .extracting(back -> back.orElse(0))
        .containsExactly(0L, 0L, 1L, 2L);
  }

  @Test
  void withoutDatesTheLastOneIsCurrent() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    for (int day : new int[] {1, 2, 1}) {
      assertThat(promotion().promote(candidate(day, Optional.empty())).outcome())
          .isEqualTo(Outcome.MOVED);
    }
    assertThat(read(MODEL)).isEqualTo("model 1");
    assertThat(current().history()).hasSize(3);
  }

  @Test
  void aResultWithItsOwnFiguresNeedsNoOthers() throws IOException {
    publish(
        "whole",
        "quantize",
        true,
        Map.of(MODEL, "model", "calibration/state.octcal", "state"),
        Map.of());
    PromotionCandidate whole =
        new PromotionCandidate(
            place("whole"), Optional.empty(), Optional.empty(), Optional.empty());
    CurrentResult promoted = promotion().promote(whole).subject();
    assertThat(promoted.state()).contains(promoted.result());
    assertThat(promoted.validation()).isEqualTo(promoted.result());
    assertThat(promoted.gates())
        .containsExactly(new CurrentResult.PassedGate("minAccuracy", 0.9, 0.8));
    assertThat(Path.of(promoted.folder().replaceFirst("^file:/*", "/")).resolve(MODEL))
        .hasContent("model");
    assertThat(CurrentResult.fromBytes("copy", promoted.toBytes())).isEqualTo(promoted);
  }

  @Test
  void whatIsNotValidatedOrMissedAGateIsRefused() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    assertRefused(new PromotionCandidate(place("int8/1"), none(), none(), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot promote %s: it was not validated, expected the folder of validate in"
                    .formatted(place("int8/1"))
                + " --validation");
    assertRefused(
            new PromotionCandidate(
                place("int8/1"), Optional.of(place("figures/2")), none(), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the figures in " + place("figures/2") + " are of another model");
    assertRefused(
            new PromotionCandidate(
                place("int8/1"),
                Optional.of(place("figures/1")),
                Optional.of(place("state/2")),
                Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("it was not made from the state in " + place("state/2"));
    assertRefused(
            new PromotionCandidate(
                place("state/1"), Optional.of(place("figures/1")), none(), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no model.int8.onnx in it");

    // A run that a gate has ended leaves this.
    ObjectNode failed = report("validate", false).put("status", "failed");
    failed.putObject("error").put("message", "accuracy is 0.7");
    Files.createDirectories(folder.resolve("figures/failed"));
    Files.write(folder.resolve("figures/failed/result.json"), MAPPER.writeValueAsBytes(failed));
    assertRefused(
            new PromotionCandidate(
                place("int8/1"), Optional.of(place("figures/failed")), none(), Optional.empty()))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("its run failed (accuracy is 0.7)");
    assertRefused(
            new PromotionCandidate(
                place("int8/1"), Optional.of(place("nowhere")), none(), Optional.empty()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no manifest.json in it");
    assertThat(folder.resolve("current")).doesNotExist();
  }

  @Test
  void filesThatAreNotWhatTheManifestSaysAreRefused() throws IOException {
    day(1, "model 1");
    promote(1);
    day(2, "model 2");
    try (Stream<Path> all = Files.walk(folder.resolve("int8/2/.octant"))) {
      Files.writeString(
          all.filter(p -> p.endsWith(MODEL)).findFirst().orElseThrow(), "something else");
    }
    assertThatThrownBy(() -> promote(2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("model.int8.onnx was changed, expected what manifest.json says");
    assertThat(read(MODEL)).isEqualTo("model 1");
  }

  @Test
  void aResultThatWasReplacedIsNeitherReadNorGoneBackTo() throws IOException {
    day(1, "model 1");
    promote(1);
    day(2, "model 2");
    promote(2);
    day(1, "another");
    assertThatThrownBy(() -> back("2026-11-01"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has been replaced since it was number 1");
    day(2, "another still");
    assertThatThrownBy(() -> read(MODEL))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("has been replaced since, expected what was promoted");
    // Another result of the same day is a new one.
    assertThat(promote(2).outcome()).isEqualTo(Outcome.MOVED);
    assertThat(read(MODEL)).isEqualTo("another still");
  }

  @Test
  void whatWasNeverCurrentIsNoWayBack() throws IOException {
    day(1, "model 1");
    promote(1);
    assertThatThrownBy(() -> back("2026-11-05"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot go back to 2026-11-05 at file:%s: never current there, expected the date or"
                    .formatted(folder.resolve("current"))
                + " the folder of one of [2026-11-01]");
  }

  @Test
  void manyAtOnceLoseNone() throws Exception {
    int days = 6;
    for (int day = 1; day <= days; day++) {
      day(day, "model " + day);
    }
    ExecutorService pool = Executors.newFixedThreadPool(days);
    List<Future<Promotion.Done>> all = new ArrayList<>();
    for (int day = 1; day <= days; day++) {
      int which = day;
      all.add(pool.submit(() -> promote(which)));
    }
    List<LocalDate> moved = new ArrayList<>();
    for (Future<Promotion.Done> done : all) {
      if (done.get().outcome() == Outcome.MOVED) {
        moved.add(done.get().subject().date().orElseThrow());
      }
    }
    pool.shutdown();
    List<CurrentResult> history = current().history();
    assertThat(history.stream().map(h -> h.date().orElseThrow()))
        .containsExactlyElementsOf(moved.stream().sorted().toList());
    for (int i = 0; i < history.size(); i++) {
      assertThat(history.get(i).number()).isEqualTo(i + 1);
    }
    assertThat(read(MODEL)).isEqualTo("model " + days);
    assertThat(folder.resolve("current/.octant")).as("no claim is left").doesNotExist();
  }

  @Test
  void onlySayingWritesNothing() throws IOException {
    day(1, "model 1");
    Promotion say = new Promotion(hadoop, place("current"), Promotion.Mode.ONLY_SAY);
    assertThat(say.promote(candidate(1, Optional.of(date(1)))).outcome()).isEqualTo(Outcome.MOVED);
    assertThat(folder.resolve("current")).doesNotExist();
  }

  @Test
  void aResultIsNoPlaceForWhatIsCurrent() throws IOException {
    day(1, "model 1");
    Promotion into = new Promotion(hadoop, place("int8/1"), Promotion.Mode.MOVE);
    assertThatThrownBy(() -> into.promote(candidate(1, Optional.empty())))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("a result, expected a folder of its own");
  }
}
