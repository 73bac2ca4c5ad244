package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.bytes.Digest;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.ResultFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;

/** A place of promotion, and results to promote. */
abstract class PromotionCase {
  static final ObjectMapper MAPPER = new ObjectMapper();
  static final String MODEL = "model.int8.onnx";

  @TempDir Path folder;

  final Configuration hadoop = new Configuration();

  org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      PromotionCandidate candidate) {
    return assertThatThrownBy(() -> promotion().promote(candidate));
  }

  /** What the three steps leave of a day. */
  void day(int day, String model) {
    String state = "state of " + model;
    publish(
        "state/" + day, "calibrate", false, Map.of("calibration/state.octcal", state), Map.of());
    publish("int8/" + day, "convert", false, Map.of(MODEL, model), Map.of("state", sha256(state)));
    publish("figures/" + day, "validate", true, Map.of(), Map.of("int8", sha256(model)));
  }

  void publish(
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

  static ObjectNode report(String step, boolean measured) {
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

  Promotion.Done promote(int day) {
    return promotion().promote(candidate(day, Optional.of(date(day))));
  }

  Promotion.Done back(String to) {
    return promotion().back(to);
  }

  PromotionCandidate candidate(int day, Optional<LocalDate> date) {
    return new PromotionCandidate(
        place("int8/" + day),
        Optional.of(place("figures/" + day)),
        Optional.of(place("state/" + day)),
        date);
  }

  Promotion promotion() {
    return new Promotion(hadoop, place("current"), Promotion.Mode.MOVE);
  }

  CurrentFolder current() {
    return CurrentFolder.at(hadoop, place("current"));
  }

  String read(String name) {
    return new String(ResultFile.read(hadoop, place("current"), name), StandardCharsets.UTF_8);
  }

  Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder.resolve("current"))) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file) + Files.readString(file));
      }
    }
    return files;
  }

  static LocalDate date(int day) {
    return LocalDate.of(2026, 11, day);
  }

  static Optional<String> none() {
    return Optional.empty();
  }

  static String sha256(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex();
  }

  String place(String name) {
    return folder.resolve(name).toString();
  }
}
