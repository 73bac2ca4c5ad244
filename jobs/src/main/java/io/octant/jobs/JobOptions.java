package io.octant.jobs;

import io.octant.jobs.config.CommandName;
import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.QuantizeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What every job is told on the command line. */
final class JobOptions {

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Parameters(paramLabel = "CONF", description = "The configuration file.")
  Path file;

  @Option(
      names = "--set",
      paramLabel = "key=value",
      description = "Replaces a value of the configuration; repeat it for each key.")
  List<String> assignments = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where the results go; by default where output.path says.")
  @Nullable String output;

  @Option(names = "--overwrite", description = "Replace results that are there already.")
  boolean overwrite;

  @Option(
      names = "--dry-run",
      description =
          "Only say what would be read, quantized and written, and why nodes stay in float; without"
              + " Spark.")
  boolean dryRun;

  @Mixin RunDateOption runDate = new RunDateOption();

  /**
   * A place that an option names, with the day in it. To be asked for before {@link #config()},
   * which refuses a day that nothing depends on.
   */
  String place(String option, String text) {
    return runDate.dates().in(option, text);
  }

  /**
   * The configuration with what the command line changes in it.
   *
   * @throws io.octant.jobs.config.SettingsException if it cannot be read
   */
  QuantizeConfig config() {
    List<String> all = new ArrayList<>(assignments);
    if (output != null) {
      all.add("output.path=" + output);
    }
    if (overwrite) {
      all.add("output.overwrite=true");
    }
    List<String> words = spec.root().commandLine().getParseResult().originalArgs();
    CommandName command = CommandName.of(spec.name());
    QuantizeConfig config = ConfigurationSource.load(command, words, file, all, runDate.dates());
    runDate.dates().requireUsed();
    return config;
  }
}
