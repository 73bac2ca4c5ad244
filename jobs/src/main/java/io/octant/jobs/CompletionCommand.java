package io.octant.jobs;

import io.octant.jobs.console.Console;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code octant completion}: what a shell needs to complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Print a script that completes commands and options in a shell:",
      "  source <(octant completion bash)"
    })
final class CompletionCommand implements Callable<Integer> {

  private final Console console;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh", description = "The shell.")
  Shell shell;

  /** The shells that there is a script for. */
  enum Shell {
    BASH,
    ZSH
  }

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    // One script serves both: under zsh it loads what makes zsh take scripts for bash.
    console.out().print(AutoComplete.bash("octant", spec.root().commandLine()));
    return ExitCode.OK.number();
  }
}
