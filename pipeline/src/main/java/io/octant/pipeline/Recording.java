package io.octant.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.RunReport;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is written of a run, whatever becomes of it. */
final class Recording {
  private static final Logger LOG = LoggerFactory.getLogger(Recording.class);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final RunReport report;
  private final RunStop stop;
  private final Stopwatch total = Stopwatch.start();
  private SortedMap<String, byte[]> rejected = new TreeMap<>();

  private Recording(RunReport report, RunStop stop) {
    this.report = report;
    this.stop = stop;
  }

  /** The report, filled in as the run gets on. */
  RunReport report() {
    return report;
  }

  /** Ends the run in order if the process is told to end. */
  RunStop stop() {
    return stop;
  }

  /** Runs since the beginning. */
  Stopwatch total() {
    return total;
  }

  /** What is kept if the run fails: filled in while a gate may refuse it. */
  void rejected(SortedMap<String, byte[]> files) {
    rejected = files;
  }

  /**
   * Runs something and records its failure in the output, see {@link OutputCommit#recordFailure}.
   *
   * @param step what it is, for the report
   */
  static <T> T of(
      Configuration hadoop,
      PhaseListener listener,
      QuantizationSpec spec,
      String step,
      Function<Recording, T> run) {
    try (RunStop stop = new RunStop(hadoop, spec, listener, step)) {
      Recording recording = new Recording(report(step, spec.versions(), spec.origin()), stop);
      try {
        return run.apply(recording);
      } catch (Throwable e) {
        if (stop.hasStopped()) {
          throw new StoppedException(e);
        }
        Failure failure = Failure.of(e);
        recording.report.totalSeconds(recording.total.seconds());
        record(hadoop, spec.output().path(), recording.report, failure, recording.rejected);
        throw failure.toThrow();
      }
    }
  }

  /** The report of a run that has just begun. */
  static RunReport report(String step, Map<String, String> versions, RunOrigin origin) {
    try {
      return new RunReport(versions)
          .step(step)
          .origin(
              origin.command(),
              (ObjectNode) JSON.readTree(origin.configuration()),
              origin.notRead());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Cannot record a configuration: " + origin.configuration() + ", expected JSON", e);
    }
  }

  static void record(
      Configuration hadoop,
      String output,
      RunReport report,
      Failure failure,
      Map<String, byte[]> candidate) {
    try {
      report.failed(failure.thrown(), failure.message());
      OutputCommit.recordFailure(
          hadoop, output, report, page(output, report, candidate), candidate);
    } catch (RuntimeException | Error e) {
      // A disk that is full or memory that is exhausted may refuse this as well; so may a place
      // whose file system is not there.
      LOG.warn("The failure is not recorded: {}", e.getMessage());
    }
  }

  private static Optional<byte[]> page(
      String output, RunReport report, Map<String, byte[]> candidate) {
    try {
      return Optional.of(StepFiles.page(output, report, candidate));
    } catch (RuntimeException | Error e) {
      // The report itself matters more.
      LOG.warn("The failure is recorded without a page: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
