package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.console.Verbosity;
import io.octant.pipeline.Failure;
import io.octant.pipeline.StoppedException;
import io.octant.pipeline.output.OutputExistsException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * One command line, carried out.
 *
 * @param exitCode the number of an {@link ExitCode}
 * @param failure what made it fail; null if it did not or if the arguments were at fault
 */
record CommandLineRun(int exitCode, @Nullable Throwable failure) {

  /** Parses and runs {@code args}; reports a failure in one message on {@link Console#err()}. */
  static CommandLineRun of(Console console, String... args) {
    OctantCommand root = new OctantCommand();
    Throwable[] failure = new Throwable[1];
    try {
      return new CommandLineRun(commandLine(root, console, failure).execute(args), failure[0]);
    } catch (Error e) {
      // Memory, stack, disk or class path: as much an end of the command as an exception.
      report(e, console, root.verbosity());
      return new CommandLineRun(ExitCode.of(e).number(), e);
    }
  }

  /** The commands with their keys, among them the names of data formats on the class path. */
  private static CommandLine commandLine(OctantCommand root, Console console, Throwable[] failure) {
    CommandLine commandLine = new CommandLine(root, factory(console));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
    commandLine.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
    commandLine.setParameterExceptionHandler(
        (e, rejected) -> {
          console.err().println("octant: " + e.getMessage());
          if (!UnmatchedArgumentException.printSuggestions(e, e.getCommandLine().getErr())) {
            console
                .err()
                .println("See: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
          }
          return ExitCode.USAGE.number();
        });
    commandLine.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          failure[0] = e;
          report(e, console, root.verbosity());
          return ExitCode.of(e).number();
        });
    return commandLine;
  }

  void throwIfFailed() {
    if (exitCode != ExitCode.OK.number()) {
      throw new JobFailedException(exitCode, failure);
    }
  }

  private static void report(Throwable thrown, Console console, Verbosity verbosity) {
    Failure failure = Failure.of(thrown);
    if (failure.thrown() instanceof StoppedException) {
      return;
    }
    console.err().println("octant: " + failure.message());
    if (failure.thrown() instanceof OutputExistsException) {
      console.err().println("Replace it with --overwrite, or choose another place.");
    }
    if (verbosity == Verbosity.VERBOSE) {
      thrown.printStackTrace(console.err());
    } else if (ExitCode.of(failure) == ExitCode.FAILED) {
      console.err().println("Run with --verbose for the stack trace.");
    }
  }

  private static IFactory factory(Console console) {
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        try {
          return type.getDeclaredConstructor(Console.class).newInstance(console);
        } catch (NoSuchMethodException e) {
          return CommandLine.defaultFactory().create(type);
        }
      }
    };
  }
}
