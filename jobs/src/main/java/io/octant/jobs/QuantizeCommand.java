package io.octant.jobs;

import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Console;
import io.octant.jobs.report.Progress;
import io.octant.jobs.report.Summary;
import io.octant.jobs.spark.QuietLog;
import io.octant.jobs.spark.SparkMaster;
import io.octant.jobs.spark.SparkRuntime;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationResult;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code octant quantize}: calibrates, converts, validates and writes one model. */
@Command(
    name = "quantize",
    description = "Quantize an ONNX model to int8 as a configuration file says.",
    footerHeading = "%nKeys of the configuration (HOCON):%n",
    modelTransformer = KeyTable.class)
final class QuantizeCommand implements Callable<Integer> {

  private final Console console;

  @ParentCommand OctantCommand parent;

  @Parameters(paramLabel = "CONF", description = "The configuration file.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Replaces a value of the configuration; repeat it for each key.")
  List<String> assignments = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master, such as spark://host:7077; by default local[*] in this process.")
  @Nullable String master;

  @Option(names = "--overwrite", description = "Replace results that are there already.")
  boolean overwrite;

  QuantizeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    QuantizeConfig config = ConfigurationSource.load(file, assignments());
    QuietLog.install(parent.verbosity());
    SparkConf properties = SparkRuntime.properties(config, Optional.ofNullable(master));
    QuantizationSpec spec;
    SparkSession spark;
    try {
      spec = QuantizationSpecs.of(config);
      if (RunRequest.finished(SparkRuntime.hadoop(properties), spec).isPresent()) {
        console
            .out()
            .println(
                "Nothing to do: "
                    + config.output().path()
                    + " holds the result of this model, configuration and data;"
                    + " --overwrite quantizes again");
        return ExitCode.OK.number();
      }
      SparkMaster.require(properties);
      spark = SparkRuntime.start(properties);
    } catch (Throwable e) {
      // Later failures are recorded by the pipeline.
      QuantizationPipeline.recordFailure(
          SparkRuntime.hadoop(properties), config.output().path(), VersionLines.versions(), e);
      throw e;
    }
    try (Progress progress = new Progress(console)) {
      spark.sparkContext().addSparkListener(progress);
      QuantizationResult result = new QuantizationPipeline(spark, progress).run(spec);
      console.out().print(Summary.of(config, result));
      return ExitCode.OK.number();
    } finally {
      spark.stop();
    }
  }

  private List<String> assignments() {
    List<String> all = new ArrayList<>(assignments);
    if (overwrite) {
      all.add("output.overwrite=true");
    }
    return all;
  }
}
