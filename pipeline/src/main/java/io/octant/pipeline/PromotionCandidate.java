package io.octant.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.CurrentResult;
import io.octant.pipeline.output.CurrentResult.PassedGate;
import io.octant.pipeline.output.CurrentResult.Place;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.output.OutputUnavailableException;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.output.WholeFile;
import io.octant.pipeline.output.WholeFolder;
import io.octant.pipeline.validation.GateException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;

/**
 * What is to be promoted.
 *
 * @param result the folder of {@code quantize} or {@code convert}
 * @param validation the folder of {@code validate}; empty if the result has its own figures
 * @param state the folder of {@code calibrate}; empty if the result has its state, or none is
 *     wanted
 * @param date the day that it is for
 */
public record PromotionCandidate(
    String result, Optional<String> validation, Optional<String> state, Optional<LocalDate> date) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** A result as it was read. */
  private record Read(String path, Manifest manifest, JsonNode report) {
    Place place() {
      return new Place(path, Digest.of(manifest.toBytes()).hex());
    }

    Optional<Manifest.File> file(String name) {
      return manifest.files().stream().filter(f -> f.path().equals(name)).findFirst();
    }

    String step() {
      return report.path("step").asText();
    }
  }

  /**
   * Reads every file that is named, and checks that it is what the manifests say, that the figures
   * are of this model, that all gates were passed, and that the model was made from the state.
   *
   * @param when it is promoted
   * @throws DataException if not
   * @throws GateException if a gate was missed
   */
  CurrentResult check(Configuration hadoop, Instant when) {
    Read model = read(hadoop, result);
    Manifest.File int8 =
        model
            .file(QuantizedModel.FILE)
            .orElseThrow(
                () ->
                    refusal(
                        "no " + QuantizedModel.FILE + " in it",
                        "the folder of quantize or convert"));
    Read figures = figures(hadoop, model, int8);
    return new CurrentResult(
        1,
        date,
        when,
        OptionalLong.empty(),
        model.place(),
        model.manifest.files(),
        WholeFolder.at(hadoop, model.path).uri(folder(model.manifest)),
        state(hadoop, model),
        figures.place(),
        gates(figures));
  }

  private static String folder(Manifest manifest) {
    return manifest.folder().isEmpty() ? "." : manifest.folder();
  }

  private Read figures(Configuration hadoop, Read model, Manifest.File int8) {
    if (validation.isEmpty()) {
      if (!model.report.path("outputs").isArray()) {
        throw refusal(
            "it was not validated",
            model.step().equals("convert")
                ? "the folder of validate in --validation"
                : "a result with evaluation data");
      }
      return model;
    }
    Read figures = read(hadoop, validation.get());
    if (!figures.step().equals("validate")) {
      throw refusal(validation.get() + " is of step " + figures.step(), "the folder of validate");
    }
    if (!int8.sha256().equals(figures.manifest.digests().get("int8"))) {
      throw refusal(
          "the figures in " + validation.get() + " are of another model",
          "those of the model with SHA-256 " + int8.sha256());
    }
    return figures;
  }

  private List<PassedGate> gates(Read figures) {
    List<PassedGate> passed = new ArrayList<>();
    for (JsonNode gate : figures.report.path("gates")) {
      if (!gate.path("passed").asBoolean()) {
        throw new GateException(
            "Cannot promote %s: gate %s was missed, expected all to be passed"
                .formatted(result, gate.path("name").asText()));
      }
      passed.add(
          new PassedGate(
              gate.path("name").asText(),
              gate.path("value").asDouble(),
              gate.path("threshold").asDouble()));
    }
    return passed;
  }

  private Optional<Place> state(Configuration hadoop, Read model) {
    if (state.isEmpty()) {
      return model.file(CalibrationStep.STATE_FILE).map(own -> model.place());
    }
    Read calibrated = read(hadoop, state.get());
    Manifest.File file =
        calibrated
            .file(CalibrationStep.STATE_FILE)
            .orElseThrow(
                () ->
                    refusal(
                        "no " + CalibrationStep.STATE_FILE + " in " + state.get(),
                        "the folder of calibrate"));
    String from =
        model
            .file(CalibrationStep.STATE_FILE)
            .map(Manifest.File::sha256)
            .orElse(model.manifest.digests().getOrDefault("state", ""));
    if (!file.sha256().equals(from)) {
      throw refusal(
          "it was not made from the state in " + state.get(), "the state with SHA-256 " + from);
    }
    return Optional.of(calibrated.place());
  }

  private DataException refusal(String found, String expected) {
    return new DataException(
        "Cannot promote %s: %s, expected %s".formatted(result, found, expected));
  }

  private static Read read(Configuration hadoop, String path) {
    PublishedOutput found = published(hadoop, path).orElseThrow(() -> absent(hadoop, path));
    JsonNode report = json(found.report());
    if (!report.path("status").asText().equals("ok")) {
      throw new DataException(
          "Cannot promote %s: status %s in %s, expected ok"
              .formatted(path, report.path("status"), RunReport.FILE_NAME));
    }
    return new Read(uri(hadoop, path), found.manifest(), report);
  }

  private static Optional<PublishedOutput> published(Configuration hadoop, String path) {
    try {
      return PublishedOutput.read(hadoop, path);
    } catch (OutputUnavailableException e) {
      throw e;
    } catch (OutputException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A run that failed leaves its report where its result would be. */
  private static RuntimeException absent(Configuration hadoop, String path) {
    Optional<JsonNode> failed =
        WholeFolder.at(hadoop, path)
            .read(RunReport.FILE_NAME)
            .map(PromotionCandidate::json)
            .filter(report -> report.path("status").asText().equals("failed"));
    if (failed.isEmpty()) {
      return new DataException(
          "Cannot promote with %s: no %s in it, expected a result"
              .formatted(path, Manifest.FILE_NAME));
    }
    String message =
        "Cannot promote with %s: its run failed (%s), expected one that succeeded"
            .formatted(path, failed.get().at("/error/message").asText());
    for (JsonNode gate : failed.get().path("gates")) {
      if (!gate.path("passed").asBoolean()) {
        return new GateException(message);
      }
    }
    return new DataException(message);
  }

  private static JsonNode json(byte[] bytes) {
    try {
      return MAPPER.readTree(bytes);
    } catch (IOException e) {
      return MAPPER.createObjectNode();
    }
  }

  /** The one name of a place. */
  static String uri(Configuration hadoop, String path) {
    return WholeFile.at(hadoop, path).uri();
  }

  /** Checks that an earlier promotion is still what it was. */
  static void requireUnchanged(Configuration hadoop, CurrentResult promoted) {
    for (Place place : List.of(promoted.result(), promoted.validation())) {
      if (!read(hadoop, place.path()).place().equals(place)) {
        throw new DataException(
            "Cannot go back to %s: it has been replaced since it was number %d, expected manifest %s"
                .formatted(place.path(), promoted.number(), place.manifest()));
      }
    }
  }
}
