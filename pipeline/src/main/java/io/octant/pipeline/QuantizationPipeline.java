package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.RunReport;
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

  public QuantizationPipeline(SparkSession spark) {
    this(spark, PhaseListener.NONE);
  }

  public QuantizationPipeline(SparkSession spark, PhaseListener listener) {
    this.spark = spark;
    this.listener = listener;
  }

  /**
   * Runs all phases. If one fails, nothing of the output is left but {@code result.json}, see
   * {@link OutputCommit#recordFailure}.
   *
   * @throws io.octant.onnx.OnnxException if the model cannot be read or imported
   * @throws io.octant.pipeline.data.DataException if the data cannot be used
   * @throws io.octant.pipeline.validation.GateException if the int8 model misses a limit
   * @throws io.octant.pipeline.output.OutputException if the output cannot be written
   * @throws OctantException for everything else that Octant refuses
   */
  public QuantizationResult run(QuantizationSpec spec) {
    RunReport report = new RunReport(spec.versions());
    Stopwatch total = Stopwatch.start();
    try {
      return new QuantizationRun(spark, listener, spec, report, total).execute();
    } catch (Exception e) {
      RuntimeException failure = translate(e);
      report.failed(failure, String.valueOf(failure.getMessage()));
      report.seconds(RunReport.Phase.TOTAL, total.seconds());
      record(spec, report);
      throw failure;
    }
  }

  /** What Octant reported on purpose, wherever it happened; Spark wraps what tasks throw. */
  private static RuntimeException translate(Exception e) {
    if (e instanceof OctantException o) {
      return o;
    }
    return FileFailure.find(e)
        .map(RuntimeException.class::cast)
        .orElseGet(
            () -> {
              for (Throwable t = e; t != null; t = t.getCause()) {
                if (t instanceof OctantException o) {
                  return o;
                }
              }
              // Scala throws SparkException, which Java has for a checked exception.
              return e instanceof RuntimeException r
                  ? r
                  : new OctantException("Cannot complete the Spark job: " + e.getMessage(), e);
            });
  }

  private void record(QuantizationSpec spec, RunReport report) {
    try {
      OutputCommit.recordFailure(
          spark.sparkContext().hadoopConfiguration(), spec.output().path(), report);
    } catch (OctantException e) {
      LOG.warn("The failure is not recorded: {}", e.getMessage());
    }
  }
}
