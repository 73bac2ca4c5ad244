package io.octant.jobs.state;

import io.octant.OctantException;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.MixedNumerics;
import io.octant.calibration.RangeMethod;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.spark.FileSystems;
import io.octant.jobs.spark.SparkRuntime;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.calibration.KeptState;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.output.CurrentFolder;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.ResultFile;
import io.octant.pipeline.output.WholeFile;
import io.octant.pipeline.output.WholeFolder;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;

/** Calibration states on any Hadoop file system. */
public final class StateFiles {
  private final Configuration hadoop = SparkRuntime.hadoop(new SparkConf(true));

  /**
   * A folder of kept states.
   *
   * @throws DataException if it is not there
   */
  public WholeFolder folder(String name) {
    if (!file(name).isDirectory()) {
      throw new DataException("Cannot read " + name + ": no such folder");
    }
    return WholeFolder.at(hadoop, name);
  }

  /** Whether there is a file, a result or a place of promotion of this name. */
  public boolean isThere(String name) {
    if (!file(name).isDirectory()) {
      return file(name).isThere();
    }
    WholeFolder folder = WholeFolder.at(hadoop, name);
    return folder.read(Manifest.FILE_NAME).isPresent()
        || CurrentFolder.at(hadoop, name).read().isPresent();
  }

  /**
   * Reads a state; one that a job has kept of a split is a state as well.
   *
   * @param file the file, the folder of a result, or a place of promotion
   * @throws DataException if the file is missing, damaged or no state; the message names it
   */
  public CalibrationState read(String file) {
    FileSystems.require(hadoop, "file", file);
    byte[] bytes = ResultFile.read(hadoop, file, QuantizationPipeline.STATE_FILE);
    try {
      return KeptState.isIn(bytes)
          ? KeptState.fromBytes(file, bytes).state()
          : CalibrationState.fromBytes(file, bytes);
    } catch (OctantException e) {
      throw new DataException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Compares two states; they may come of different instruction sets.
   *
   * @param headers gets those of both states if they cannot be compared
   * @throws DataException if the states are not of one model, prepared graph and observers
   */
  public DriftReport drift(
      String earlier, String later, RangeMethod method, DriftLimits limits, PrintStream headers) {
    return driftIfAny(earlier, later, method, limits, headers)
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot compare "
                        + later
                        + " with "
                        + earlier
                        + ": expected one model, prepared graph and observer configuration"));
  }

  /** The same, or empty if they are not of one model, prepared graph and observers. */
  public Optional<DriftReport> driftIfAny(
      String earlier, String later, RangeMethod method, DriftLimits limits, PrintStream headers) {
    CalibrationState after = read(later);
    CalibrationState before = read(earlier);
    if (before.key().equals(after.key())) {
      return Optional.of(DriftReport.of(new StatePair(before, after), method, limits));
    }
    printHeader(headers, earlier, before);
    printHeader(headers, later, after);
    return Optional.empty();
  }

  /**
   * Reads states and merges them.
   *
   * @param headers gets those of two states that do not merge
   * @throws SettingsException if a file is there twice: its samples would count twice
   * @throws DataException if two states do not merge, naming the file and what differs
   */
  public CalibrationState merged(List<String> files, MixedNumerics mixed, PrintStream headers) {
    Set<String> uris = new HashSet<>();
    for (String file : files) {
      if (!uris.add(file(file).uri())) {
        throw new SettingsException(
            "Cannot merge " + file + ": it is there twice, expected each file once");
      }
    }
    CalibrationState merged = read(files.get(0));
    for (String file : files.subList(1, files.size())) {
      CalibrationState next = read(file);
      try {
        merged.merge(next, mixed);
      } catch (OctantException e) {
        printHeader(headers, files.get(0), merged);
        printHeader(headers, file, next);
        throw new DataException(file + ": " + e.getMessage(), e);
      }
    }
    return merged;
  }

  private static void printHeader(PrintStream out, String file, CalibrationState state) {
    out.println(file);
    CalibrationStateText.header(state).lines().forEach(line -> out.println("  " + line));
  }

  /** Writes a state to a file that is not there; it appears with all its bytes, or not at all. */
  public void create(String file, CalibrationState state) {
    file(file).create(state.toBytes());
  }

  /** Writes a state to a file or replaces it, in one step. */
  public void replace(String file, CalibrationState state) {
    file(file).replace(state.toBytes());
  }

  private WholeFile file(String name) {
    FileSystems.require(hadoop, "file", name);
    return WholeFile.at(hadoop, name);
  }
}
