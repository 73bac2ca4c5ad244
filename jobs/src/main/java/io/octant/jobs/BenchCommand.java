package io.octant.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.OctantException;
import io.octant.engine.InstructionSet;
import io.octant.jobs.bench.BenchMode;
import io.octant.jobs.bench.Benchmark;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.execution.NativeUpTo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code octant bench}: measures the engine alone, without Spark, and prints one JSON line. */
@Command(
    name = "bench",
    description =
        "Measure a model in the engine alone, without Spark; prints one JSON line a measurement.")
final class BenchCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      converter = LocalFile.class,
      description = "An ONNX model on this machine.")
  Path model;

  @Option(
      names = "--mode",
      description =
          "float: as the file has it; observed: as calibration runs it; int8: converted. Default"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "float",
      paramLabel = "float|observed|int8")
  BenchMode mode;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples of one forward pass. Default ${DEFAULT-VALUE}.",
      defaultValue = "8")
  int batch;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads that share the session. Default ${DEFAULT-VALUE}.",
      defaultValue = "1")
  int threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long to measure. Default ${DEFAULT-VALUE}.",
      defaultValue = "5")
  double seconds;

  @Mixin ModelOptions options = new ModelOptions();

  @Option(
      names = "--on-request",
      description =
          "Measure once for every line of standard input, until it ends: for measurements in turn"
              + " with other processes.")
  boolean onRequest;

  @Option(
      names = "--profile",
      description = "Print a table of the plan's steps by time instead, of one thread.")
  boolean profile;

  @Option(
      names = "--isa",
      paramLabel = "ISA",
      description = "Instruction set to run on and none beyond, such as avx2. Default: the CPU's.")
  @Nullable String isa;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requirePositive("--batch", batch);
    requirePositive("--threads", threads);
    requirePositive("--seconds", seconds);
    if (profile && (onRequest || threads != 1)) {
      throw new SettingsException(
          "Cannot measure with --profile and %s: expected one of them"
              .formatted(onRequest ? "--on-request" : "--threads " + threads));
    }
    Benchmark benchmark =
        new Benchmark(
            model,
            options.options(),
            mode,
            batch,
            threads,
            engine(),
            Duration.ofNanos((long) (seconds * 1e9)));
    if (profile) {
      benchmark.profile(
          QuantizationChoice.preset().method(), console.err()::println, console.out()::println);
      return ExitCode.OK.number();
    }
    benchmark.run(
        QuantizationChoice.preset().method(),
        console.err()::println,
        onRequest ? BenchCommand::requested : once(),
        this::print);
    return ExitCode.OK.number();
  }

  private void print(ObjectNode line) {
    console.out().println(line);
    console.out().flush();
  }

  private static BooleanSupplier once() {
    Iterator<Boolean> answers = List.of(true, false).iterator();
    return answers::next;
  }

  private static boolean requested() {
    try {
      int read = System.in.read();
      while (read >= 0 && read != '\n') {
        read = System.in.read();
      }
      return read >= 0;
    } catch (IOException e) {
      throw new OctantException("Cannot read standard input: " + e.getMessage(), e);
    }
  }

  private EngineProvider engine() {
    String cap = isa;
    if (cap == null) {
      return Engines.NATIVE;
    }
    return new NativeUpTo(
        InstructionSet.find(cap)
            .orElseThrow(
                () ->
                    new SettingsException(
                        "Cannot measure with --isa: %s, expected one of %s"
                            .formatted(cap, String.join(", ", InstructionSet.names())))));
  }

  private static void requirePositive(String option, double value) {
    if (!(value > 0)) {
      throw new SettingsException(
          "Cannot measure with %s: %s, expected a number above 0".formatted(option, value));
    }
  }
}
