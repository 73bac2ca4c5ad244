package io.octant.jobs;

import io.octant.bytes.Digest;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Console;
import io.octant.jobs.console.Verbosity;
import io.octant.jobs.report.DryRunText;
import io.octant.jobs.report.Progress;
import io.octant.jobs.report.Summary;
import io.octant.jobs.spark.FileSystems;
import io.octant.jobs.spark.QuietLog;
import io.octant.jobs.spark.SparkMaster;
import io.octant.jobs.spark.SparkRuntime;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutputExistsException;
import io.octant.pipeline.output.RunReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * What all commands that carry out a configuration have in common: a result that is there already
 * is not made again, progress and summary are printed, a failure is recorded in the output.
 */
final class JobRun {
  private JobRun() {}

  /** All of quantizing, or one step of it. */
  interface Step {
    /** Its name in the report. */
    String name();

    /** What it carries out. */
    QuantizeConfig config();

    /** What it would do, without Spark. */
    RunPlan plan(Configuration hadoop, QuantizationSpec spec);

    /** Files that the command line names, by option. */
    default Map<String, String> files() {
      return Map.of();
    }

    /** What it is asked to do, given the model as it is now. */
    Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model);
  }

  /** A step on Spark. */
  interface SparkStep extends Step {
    /** Does it; a failure is recorded. */
    RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec);
  }

  /** A step in this process alone. */
  interface LocalStep extends Step {
    /** Does it; a failure is recorded. */
    RunReport run(Configuration hadoop, Progress progress, QuantizationSpec spec);
  }

  /** Says what a step would do, and gives the exit code. */
  static int plan(Console console, Verbosity verbosity, Step step) {
    QuantizeConfig config = step.config();
    QuietLog.install(verbosity);
    Configuration hadoop =
        SparkRuntime.hadoop(SparkRuntime.properties(config, step.name(), Optional.empty()));
    open(console, hadoop, step)
        .ifPresent(
            spec ->
                console
                    .out()
                    .print(
                        DryRunText.of(config, step.name(), step.files(), step.plan(hadoop, spec))));
    return ExitCode.OK.number();
  }

  /** Carries out a step on Spark, and gives the exit code. */
  static int onSpark(Console console, Verbosity verbosity, MasterOption master, SparkStep step) {
    QuantizeConfig config = step.config();
    QuietLog.install(verbosity);
    SparkConf properties = SparkRuntime.properties(config, step.name(), master.find());
    List<String> overruled = SparkRuntime.overruled(properties, config, master.find());
    if (!overruled.isEmpty()) {
      console
          .err()
          .println(
              "octant: not used, as spark-submit says otherwise: " + String.join(", ", overruled));
    }
    QuantizationSpec spec;
    SparkSession spark;
    try {
      Optional<QuantizationSpec> open = open(console, SparkRuntime.hadoop(properties), step);
      if (open.isEmpty()) {
        return ExitCode.OK.number();
      }
      spec = open.get();
      SparkMaster.require(properties);
      spark = SparkRuntime.start(properties);
    } catch (Throwable e) {
      // Later failures are recorded by the pipeline.
      record(SparkRuntime.hadoop(properties), step, e);
      throw e;
    }
    try (Progress progress = new Progress(console)) {
      spark.sparkContext().addSparkListener(progress);
      RunReport report = step.run(new QuantizationPipeline(spark, progress), spec);
      console.out().print(Summary.of(config, report.document()));
      return ExitCode.OK.number();
    } catch (OutputExistsException e) {
      // Another run may have published this very result since this one looked for it.
      if (open(console, SparkRuntime.hadoop(properties), step).isPresent()) {
        throw e;
      }
      OutputCommit.forgetFailures(SparkRuntime.hadoop(properties), config.output().path());
      return ExitCode.OK.number();
    } finally {
      spark.stop();
    }
  }

  /** Carries out a step without Spark, and gives the exit code. */
  static int inProcess(Console console, Verbosity verbosity, LocalStep step) {
    QuantizeConfig config = step.config();
    QuietLog.install(verbosity);
    Configuration hadoop =
        SparkRuntime.hadoop(SparkRuntime.properties(config, step.name(), Optional.empty()));
    Optional<QuantizationSpec> open;
    try {
      open = open(console, hadoop, step);
    } catch (Throwable e) {
      record(hadoop, step, e);
      throw e;
    }
    if (open.isPresent()) {
      try (Progress progress = new Progress(console)) {
        RunReport report = step.run(hadoop, progress, open.get());
        console.out().print(Summary.of(config, report.document()));
      }
    }
    return ExitCode.OK.number();
  }

  /** What is to be done; empty, and says so, if it is done already. */
  private static Optional<QuantizationSpec> open(Console console, Configuration hadoop, Step step) {
    QuantizeConfig config = step.config();
    config.locations().forEach((key, path) -> FileSystems.require(hadoop, key, path));
    step.files().forEach((option, path) -> FileSystems.require(hadoop, option, path));
    QuantizationSpec spec = QuantizationSpecs.of(config);
    if (RunRequest.finished(hadoop, spec, model -> step.request(hadoop, spec, model)).isEmpty()) {
      return Optional.of(spec);
    }
    console
        .out()
        .println(
            "Nothing to do: "
                + config.output().path()
                + " holds the result of this model, configuration and data;"
                + " --overwrite makes it again");
    return Optional.empty();
  }

  private static void record(Configuration hadoop, Step step, Throwable e) {
    QuantizeConfig config = step.config();
    QuantizationPipeline.recordFailure(
        hadoop, config.output().path(), step.name(), VersionLines.versions(), config.origin(), e);
  }
}
