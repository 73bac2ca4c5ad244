package io.octant.jobs;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a job on Spark runs. */
final class MasterOption {

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark master, such as spark://host:7077; by default local[*] in this process.")
  @Nullable String url;

  Optional<String> find() {
    return Optional.ofNullable(url);
  }
}
