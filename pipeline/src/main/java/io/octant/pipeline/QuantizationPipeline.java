package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.RunReport;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quantizes a model on Spark: import, fuse, prepare, calibrate on the executors, convert, validate
 * on the executors, publish. The driver holds the model and one merged state, never samples.
 *
 * <p>The same model, configuration and samples give the same bytes in every file but {@code
 * result.json}, on any number of executors and partitions.
 */
public final class QuantizationPipeline {
  private static final Logger LOG = LoggerFactory.getLogger(QuantizationPipeline.class);

  private final SparkSession spark;
  private final PhaseListener listener;

  /**
   * A pipeline that tells nobody of its phases.
   *
   * @param spark stays open when a run ends
   */
  public QuantizationPipeline(SparkSession spark) {
    this(spark, PhaseListener.NONE);
  }

  /**
   * A pipeline that tells a listener of its phases.
   *
   * @param spark stays open when a run ends
   */
  public QuantizationPipeline(SparkSession spark, PhaseListener listener) {
    this.spark = spark;
    this.listener = listener;
  }

  /**
   * Runs all phases. If one fails, nothing of the output is left but {@code result.json}, and what
   * a gate refused, see {@link OutputCommit#recordFailure}.
   *
   * @throws io.octant.onnx.OnnxException if the model cannot be read or imported
   * @throws io.octant.pipeline.data.DataException if the data cannot be used
   * @throws io.octant.pipeline.validation.GateException if the int8 model misses a limit
   * @throws io.octant.pipeline.output.OutputException if the output cannot be written
   * @throws OctantException for everything else that Octant refuses
   * @throws StoppedException if the process was told to end meanwhile
   */
  public QuantizationResult run(QuantizationSpec spec) {
    RunReport report = new RunReport(spec.versions());
    Stopwatch total = Stopwatch.start();
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try (RunStop stop = new RunStop(hadoop, spec, listener)) {
      QuantizationRun run = new QuantizationRun(spark, listener, stop, spec, report, total);
      try {
        return run.execute();
      } catch (Throwable e) {
        if (stop.hasStopped()) {
          throw new StoppedException(e);
        }
        Failure failure = Failure.of(e);
        report.totalSeconds(total.seconds());
        record(hadoop, spec.output().path(), report, failure, run.candidate());
        throw failure.toThrow();
      }
    }
  }

  /**
   * Writes the report of a run that failed before it began, see {@link OutputCommit#recordFailure}.
   */
  public static void recordFailure(
      Configuration hadoop, String output, Map<String, String> versions, Throwable thrown) {
    record(hadoop, output, new RunReport(versions), Failure.of(thrown), Map.of());
  }

  private static void record(
      Configuration hadoop,
      String output,
      RunReport report,
      Failure failure,
      Map<String, byte[]> candidate) {
    try {
      report.failed(failure.thrown(), failure.message());
      OutputCommit.recordFailure(hadoop, output, report, candidate);
    } catch (OctantException | Error e) {
      // A disk that is full or memory that is exhausted may refuse this as well.
      LOG.warn("The failure is not recorded: {}", e.getMessage());
    }
  }
}
