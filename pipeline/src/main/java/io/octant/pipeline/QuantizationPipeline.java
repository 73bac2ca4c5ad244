package io.octant.pipeline;

import io.octant.OctantException;
import io.octant.pipeline.execution.PeakMemory;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.RunReport;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * Quantizes a model on Spark: import, fuse, prepare, calibrate on the executors, convert, validate
 * on the executors, publish. The driver holds the model and one merged state, never samples.
 *
 * <p>The same model, configuration and samples give the same bytes in every file but {@code
 * result.json} and {@code report.html}, on any number of executors and partitions.
 */
public final class QuantizationPipeline {
  /** Name of the calibration state in a result. */
  public static final String STATE_FILE = CalibrationStep.STATE_FILE;

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
   * Runs all phases. If one fails, nothing of the output is left but {@code result.json}, {@code
   * report.html} and what a gate refused, see {@link OutputCommit#recordFailure}.
   *
   * @throws io.octant.onnx.OnnxException if the model cannot be read or imported
   * @throws io.octant.pipeline.data.DataException if the data cannot be used
   * @throws io.octant.pipeline.validation.GateException if the int8 model misses a limit
   * @throws io.octant.pipeline.output.OutputException if the output cannot be written
   * @throws OctantException for everything else that Octant refuses
   * @throws StoppedException if the process was told to end meanwhile
   */
  public QuantizationResult run(QuantizationSpec spec) {
    return Recording.of(
        hadoop(),
        listener,
        spec,
        "quantize",
        recording -> {
          QuantizationRun run = new QuantizationRun(context(spec, recording), recording.stop());
          recording.rejected(run.candidate());
          return run.execute();
        });
  }

  /**
   * Runs all phases and trains between calibration and conversion. The trained weights, and with
   * them every file but {@code result.json} and {@code report.html}, are the same bytes on any
   * number of executors and partitions.
   *
   * @throws io.octant.training.TrainingException if loss or gradient is not finite
   * @throws OctantException as {@link #run}
   */
  public QuantizationResult train(TrainingSpec spec) {
    return Recording.of(
        hadoop(),
        listener,
        spec.base(),
        "train",
        recording -> {
          QuantizationRun run =
              new QuantizationRun(
                  context(spec.base(), recording), recording.stop(), Optional.of(spec));
          recording.rejected(run.candidate());
          return run.execute();
        });
  }

  /**
   * The first step alone: the output is a calibration state. Range methods, gates and evaluation
   * data of the specification are not looked at.
   *
   * @throws OctantException as {@link #run}
   */
  public StepResult calibrate(QuantizationSpec spec) {
    return Recording.of(
        hadoop(),
        listener,
        spec,
        "calibrate",
        recording -> CalibrationRun.execute(context(spec, recording), recording.stop()));
  }

  /**
   * The second step alone: the output is an int8 model. Needs neither Spark nor data.
   *
   * @param state a file, or the folder of a result that has one, on any Hadoop file system
   * @throws OtherStateException if the state is of another model, prepared graph or configuration
   * @throws OctantException as {@link #run}
   */
  public static StepResult convert(
      Configuration hadoop, PhaseListener listener, QuantizationSpec spec, String state) {
    return Recording.of(
        hadoop,
        listener,
        spec,
        "convert",
        recording -> ConversionRun.execute(hadoop, listener, spec, state, recording));
  }

  /**
   * The third step alone: compares the float model with an int8 one, as it is read from its file.
   * The output is a report.
   *
   * @param int8 an ONNX file, or the folder of a result that has one, on any Hadoop file system
   * @throws OctantException as {@link #run}
   */
  public StepResult validate(QuantizationSpec spec, String int8) {
    return Recording.of(
        hadoop(),
        listener,
        spec,
        "validate",
        recording -> ValidationRun.of(context(spec, recording), int8).execute(recording.stop()));
  }

  /**
   * Compares many candidates with the float model on the same evaluation data. The output is a
   * table; a candidate that cannot be made or run is a row with its error.
   *
   * @throws OctantException as {@link #run}
   */
  public StepResult sweep(SweepSpec spec) {
    return Recording.of(
        hadoop(),
        listener,
        spec.base(),
        "sweep",
        recording ->
            new SweepRun(context(spec.base(), recording), spec, RunRequest::sweep)
                .compare(recording.stop()));
  }

  /**
   * The figures of one model: the only candidate against the float model, or the float model alone
   * without candidates.
   *
   * @throws OctantException as {@link #run}, and what a sweep writes into a row
   */
  public StepResult evaluate(SweepSpec spec) {
    return Recording.of(
        hadoop(),
        listener,
        spec.base(),
        "evaluate",
        recording ->
            new SweepRun(context(spec.base(), recording), spec, RunRequest::evaluation)
                .single(recording.stop()));
  }

  private Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  private StepContext context(QuantizationSpec spec, Recording recording) {
    return new StepContext(
        spark,
        listener,
        spec,
        recording.report(),
        recording.total(),
        "octant-" + UUID.randomUUID(),
        PeakMemory.of(spark.sparkContext()));
  }

  /**
   * Writes the report of a run that failed before it began, see {@link OutputCommit#recordFailure}.
   */
  public static void recordFailure(
      Configuration hadoop,
      String output,
      String step,
      Map<String, String> versions,
      RunOrigin origin,
      Throwable thrown) {
    RunReport report = Recording.report(step, versions, origin);
    Recording.record(hadoop, output, report, Failure.of(thrown), Map.of());
  }
}
