package io.octant.pipeline.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.OctantException;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.CurrentResult;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.ResultFile;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.output.WholeFile;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * What a page shows of one result.
 *
 * @param name what readers call it, such as its path
 * @param result the document {@code result.json}
 * @param qparams the document {@code qparams.json}, of results that have an int8 model
 * @param state the calibration state, of results that have one
 * @param promoted what its values are compared with
 */
public record ReportSource(
    String name,
    JsonNode result,
    Optional<JsonNode> qparams,
    Optional<CalibrationState> state,
    Optional<Promoted> promoted) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Reads the files of a result.
   *
   * @throws DataException if one is not what it should be
   */
  public static ReportSource of(
      String name, byte[] result, Optional<byte[]> qparams, Optional<byte[]> state) {
    return new ReportSource(
        name,
        json(name, "result.json", result),
        qparams.map(bytes -> json(name, "qparams.json", bytes)),
        state.map(bytes -> CalibrationState.fromBytes(name, bytes)),
        Optional.empty());
  }

  /**
   * The state behind a promoted result.
   *
   * @param place of promotion, as readers call it
   * @param result that is current there
   */
  public record Promoted(String place, String result, CalibrationState state) {
    /**
     * Reads it.
     *
     * @param place of promotion, on any Hadoop file system
     * @return empty if nothing was promoted there yet
     * @throws DataException if what was promoted is not there, was changed or has no state
     */
    public static Optional<Promoted> read(Configuration hadoop, String place) {
      Optional<CurrentResult> current = CurrentFolder.at(hadoop, place).read();
      if (current.isEmpty()) {
        return Optional.empty();
      }
      byte[] state = ResultFile.read(hadoop, place, ResultFile.STATE);
      return Optional.of(
          new Promoted(
              place, current.get().result().path(), CalibrationState.fromBytes(place, state)));
    }
  }

  /**
   * How far values have moved from those behind what is current, for {@code result.json}: figures,
   * or why there are none.
   *
   * @param place of promotion, on any Hadoop file system
   */
  public ObjectNode driftFrom(Configuration hadoop, String place) {
    try {
      return Promoted.read(hadoop, place)
          .map(promoted -> DriftTable.of(this, promoted))
          .orElseGet(() -> DriftTable.none(place, "nothing was promoted there yet"));
    } catch (OctantException e) {
      // What is there is not this run's business, whose result is what it is.
      return DriftTable.none(place, String.valueOf(e.getMessage()));
    }
  }

  /** The same result, compared with a promoted one. */
  public ReportSource comparedWith(Promoted other) {
    return new ReportSource(name, result, qparams, state, Optional.of(other));
  }

  /** Whether it is a table of candidates, of a sweep or an evaluation. */
  boolean isTable() {
    return result.path("leaderboard").isObject();
  }

  /** The node whose values each observer saw, in the order of {@code qparams.json}. */
  Map<String, String> nodesByObserver() {
    Map<String, String> nodes = new LinkedHashMap<>();
    qparams.ifPresent(
        q ->
            q.path("activations")
                .forEach(
                    a -> nodes.putIfAbsent(a.path("observer").asText(), a.path("node").asText())));
    return nodes;
  }

  /**
   * Reads a result: the folder of a step, also of one that failed, whose report stands beside what
   * was rejected.
   *
   * @param folder on any Hadoop file system
   * @throws DataException if there is no result in it, or one that is damaged
   */
  public static ReportSource read(Configuration hadoop, String folder) {
    WholeFile place = WholeFile.at(hadoop, folder);
    if (!place.isDirectory()) {
      throw new DataException(
          "Cannot report " + folder + ": no such folder, expected the folder of a result");
    }
    Optional<PublishedOutput> published = PublishedOutput.read(hadoop, folder);
    if (published.isPresent()) {
      Set<String> files =
          published.get().manifest().files().stream()
              .map(Manifest.File::path)
              .collect(Collectors.toSet());
      return of(
          folder,
          published.get().report(),
          Optional.of(QuantizedModel.QPARAMS_FILE)
              .filter(files::contains)
              .map(f -> file(hadoop, folder, f)),
          Optional.of(ResultFile.STATE).filter(files::contains).map(f -> file(hadoop, folder, f)));
    }
    if (!WholeFile.at(hadoop, folder + "/" + RunReport.FILE_NAME).isThere()) {
      throw new DataException(
          "Cannot report "
              + folder
              + ": neither "
              + Manifest.FILE_NAME
              + " nor "
              + RunReport.FILE_NAME
              + " in it, expected the folder of a result");
    }
    return of(
        folder,
        WholeFile.at(hadoop, folder + "/" + RunReport.FILE_NAME).read(),
        rejected(hadoop, folder, QuantizedModel.QPARAMS_FILE),
        rejected(hadoop, folder, ResultFile.STATE));
  }

  private static byte[] file(Configuration hadoop, String folder, String name) {
    return ResultFile.read(hadoop, folder, name);
  }

  private static Optional<byte[]> rejected(Configuration hadoop, String folder, String name) {
    WholeFile file = WholeFile.at(hadoop, folder + "/rejected/" + name);
    return file.isThere() ? Optional.of(file.read()) : Optional.empty();
  }

  private static JsonNode json(String name, String file, byte[] bytes) {
    try {
      JsonNode document = MAPPER.readTree(bytes);
      if (document.isObject()) {
        return document;
      }
    } catch (JsonProcessingException e) {
      throw notJson(name, file, e.getOriginalMessage());
    } catch (IOException e) {
      throw notJson(name, file, String.valueOf(e.getMessage()));
    }
    throw notJson(name, file, "no object in it");
  }

  private static DataException notJson(String name, String file, String why) {
    return new DataException(
        "Cannot report " + name + ": " + file + " is not what Octant writes (" + why + ")");
  }
}
