package io.octant.jobs;

import io.octant.OctantException;
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
    CommandLine commandLine = new CommandLine(root, factory(console));
    Throwable[] failure = new Throwable[1];
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
    return new CommandLineRun(commandLine.execute(args), failure[0]);
  }

  void throwIfFailed() {
    if (exitCode != ExitCode.OK.number()) {
      throw new JobFailedException(exitCode, failure);
    }
  }

  private static void report(Exception e, Console console, Verbosity verbosity) {
    String message =
        ExitCode.reported(e)
            .map(OctantException::getMessage)
            .orElseGet(() -> e.getClass().getSimpleName() + ": " + e.getMessage());
    console.err().println("octant: " + message);
    if (ExitCode.reported(e).filter(OutputExistsException.class::isInstance).isPresent()) {
      console
          .err()
          .println("Replace it with --overwrite, or choose another with --set output.path=DIR.");
    }
    if (verbosity == Verbosity.VERBOSE) {
      e.printStackTrace(console.err());
    } else if (ExitCode.of(e) == ExitCode.FAILED) {
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
