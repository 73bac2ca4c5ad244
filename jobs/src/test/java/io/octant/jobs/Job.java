package io.octant.jobs;

import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.console.Console;
import io.octant.pipeline.Failure;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.output.OutputExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** A {@code quantize} command line, for tools that look at what it quantizes as well. */
public record Job(Path configuration, List<String> assignments) {
  public Job {
    assignments = List.copyOf(assignments);
  }

  /** What the job will do. */
  public QuantizationSpec spec() {
    return QuantizationSpecs.of(ConfigurationSource.load(configuration, assignments));
  }

  /** Runs it on an embedded Spark of one thread and returns the exit code. */
  public int run(Console console) {
    List<String> words = new ArrayList<>(List.of("quantize", configuration.toString()));
    words.addAll(List.of("--master", "local[1]", "--overwrite"));
    assignments.forEach(a -> words.addAll(List.of("--set", a)));
    return CommandLineRun.of(console, words.toArray(String[]::new)).exitCode();
  }

  /**
   * How a job has ended.
   *
   * @param exitCode as the command has it
   * @param message of the failure, or that there was nothing to do, else empty
   */
  public record End(int exitCode, String message) {}

  private static final End NOTHING_TO_DO = new End(ExitCode.OK.number(), "Nothing to do");

  /** Runs it on a session that stays open, as the command does on its own. */
  public End on(SparkSession spark) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    try {
      QuantizationSpec spec = spec();
      if (isFinished(hadoop, spec)) {
        return NOTHING_TO_DO;
      }
      try {
        new QuantizationPipeline(spark).run(spec);
      } catch (OutputExistsException e) {
        if (isFinished(hadoop, spec)) {
          return NOTHING_TO_DO;
        }
        throw e;
      }
      return new End(ExitCode.OK.number(), "");
    } catch (RuntimeException e) {
      return new End(ExitCode.of(e).number(), Failure.of(e).message());
    }
  }

  private static boolean isFinished(Configuration hadoop, QuantizationSpec spec) {
    return RunRequest.finished(hadoop, spec, m -> RunRequest.quantization(hadoop, spec, m))
        .isPresent();
  }
}
