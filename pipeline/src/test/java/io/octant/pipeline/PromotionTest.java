package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.bytes.Digest;
import io.octant.pipeline.Promotion.Outcome;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.CurrentResult;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.output.ResultFile;
import io.octant.pipeline.validation.GateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes current, and what does not. */
class PromotionTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String MODEL = "model.int8.onnx";

  @TempDir Path folder;

  private final Configuration hadoop = new Configuration();

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

  @Test
  void oneThatDiedBetweenItsWritesIsGoneOnFrom() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    promote(1);
    Path place = folder.resolve("current");
    Files.createDirectory(place.resolve("history"));
    Files.copy(place.resolve("current.json"), place.resolve("history/0000000001.json"));
    assertThat(current().history()).hasSize(1);
    assertThat(promote(1).outcome()).isEqualTo(Outcome.SAME);
    assertThat(promote(2).outcome()).isEqualTo(Outcome.MOVED);
    assertThat(current().history()).extracting(CurrentResult::number).containsExactly(1L, 2L);
  }

  @Test
  void theFirstOneThatDiedIsFinishedOrForgotten() throws IOException {
    day(1, "model 1");
    promote(1);
    Path document = folder.resolve("current/current.json");
    String text = Files.readString(document);
    Path aside = folder.resolve("current/.octant/current-next.json");
    for (int length : new int[] {text.length(), text.length() / 2, 0}) {
      Files.delete(document);
      Files.createDirectories(aside.getParent());
      Files.writeString(aside, text.substring(0, length));
      boolean whole = length == text.length();
      assertThat(current().read().isPresent()).isEqualTo(whole);
      assertThat(promote(1).outcome()).isEqualTo(whole ? Outcome.SAME : Outcome.MOVED);
      assertThat(document).exists();
      assertThat(folder.resolve("current/.octant")).doesNotExist();
    }
  }

  @Test
  void aHistoryWithoutWhatIsCurrentIsRefused() throws IOException {
    day(1, "model 1");
    day(2, "model 2");
    promote(1);
    promote(2);
    Files.delete(folder.resolve("current/current.json"));
    Map<String, String> before = files();
    assertThatThrownBy(() -> promote(2))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("current.json: it is gone, and ")
        .hasMessageContaining("0000000001.json is there");
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"date\" : \"2026-11-01\"    | \"date\" : 20261101       | date is 20261101",
        "\"number\" : 1              | \"number\" : 0            | number is 0",
        "\"number\" : 1              | \"number\" : \"one\"        | number is \"one\"",
        "\"version\" : 1             | \"version\" : 2           | version 2, expected octant-current",
        "\"files\"                   | \"file\"                  | file is [",
        "\"gates\"                   | \"limits\"                | no gates",
        "\"backTo\" : null           | \"backTo\" : \"1\"        | backTo is \"1\"",
        "\"folder\"                  | \"place\"                 | no folder, expected a text",
        "\"sha256\"                  | \"SHA\"                   | no sha256, expected a text",
        "\"number\" : 1              | \"more\" : 2, \"number\" : 1 | more is 2"
      })
  void whatIsNotAsPromoteWritesItIsRefusedByName(String written, String changed, String message)
      throws IOException {
    day(1, "model 1");
    promote(1);
    Path document = folder.resolve("current/current.json");
    String text = Files.readString(document);
    assertThat(text).contains(written);
    Files.writeString(document, text.replace(written, changed));
    assertThatThrownBy(() -> promote(1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("current/current.json: ")
        .hasMessageContaining(message);
  }

  private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      PromotionCandidate candidate) {
    return assertThatThrownBy(() -> promotion().promote(candidate));
  }

  /** What the three steps leave of a day. */
  private void day(int day, String model) {
    String state = "state of " + model;
    publish(
        "state/" + day, "calibrate", false, Map.of("calibration/state.octcal", state), Map.of());
    publish("int8/" + day, "convert", false, Map.of(MODEL, model), Map.of("state", sha256(state)));
    publish("figures/" + day, "validate", true, Map.of(), Map.of("int8", sha256(model)));
  }

  private void publish(
      String name,
      String step,
      boolean measured,
      Map<String, String> files,
      Map<String, String> digests) {
    try (OutputCommit commit =
        OutputCommit.begin(hadoop, place(name), OutputCommit.IfPresent.REPLACE)) {
      files.forEach((file, text) -> commit.write(file, text.getBytes(StandardCharsets.UTF_8)));
      commit.writeUnlisted(
          "result.json", report(step, measured).toString().getBytes(StandardCharsets.UTF_8));
      commit.publish(digests, Map.of());
    }
  }

  private static ObjectNode report(String step, boolean measured) {
    ObjectNode report = MAPPER.createObjectNode().put("status", "ok").put("step", step);
    report.putNull("outputs");
    if (measured) {
      report.putArray("outputs");
    }
    report
        .putArray("gates")
        .addObject()
        .put("name", "minAccuracy")
        .put("value", measured ? 0.9 : 0.7)
        .put("threshold", 0.8)
        .put("passed", measured);
    return report;
  }

  private Promotion.Done promote(int day) {
    return promotion().promote(candidate(day, Optional.of(date(day))));
  }

  private Promotion.Done back(String to) {
    return promotion().back(to);
  }

  private PromotionCandidate candidate(int day, Optional<LocalDate> date) {
    return new PromotionCandidate(
        place("int8/" + day),
        Optional.of(place("figures/" + day)),
        Optional.of(place("state/" + day)),
        date);
  }

  private Promotion promotion() {
    return new Promotion(hadoop, place("current"), Promotion.Mode.MOVE);
  }

  private CurrentFolder current() {
    return CurrentFolder.at(hadoop, place("current"));
  }

  private String read(String name) {
    return new String(ResultFile.read(hadoop, place("current"), name), StandardCharsets.UTF_8);
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("current"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file) + Files.readString(file));
      }
    }
    return files;
  }

  private static LocalDate date(int day) {
    return LocalDate.of(2026, 11, day);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static String sha256(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  private String place(String name) {
    return folder.resolve(name).toString();
  }
}
