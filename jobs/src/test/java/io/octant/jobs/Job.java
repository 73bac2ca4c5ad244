package io.octant.jobs;

import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.console.Console;
import io.octant.pipeline.QuantizationSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
}
