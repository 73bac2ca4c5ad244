package io.octant.jobs;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** What a command without one of its commands is told. */
final class Subcommands {
  private Subcommands() {}

  /** No command was given; names those that there are, in their order. */
  static ParameterException missing(CommandSpec spec) {
    List<String> names = new ArrayList<>(spec.subcommands().keySet());
    String last = names.remove(names.size() - 1);
    return new ParameterException(
        spec.commandLine(),
        "Cannot run: no command, expected %s or %s".formatted(String.join(", ", names), last));
  }
}
