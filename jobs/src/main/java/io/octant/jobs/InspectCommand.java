package io.octant.jobs;

import io.octant.calibration.CalibrationState;
import io.octant.graph.GraphModule;
import io.octant.jobs.bench.BenchMode;
import io.octant.jobs.bench.Benchmark;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.jobs.inspect.ModelText;
import io.octant.onnx.ModelFolder;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.execution.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant inspect}: prints a model's graph, or the plan by which it runs. */
@Command(
    name = "inspect",
    description = "Print a model's graph, or the plan by which it runs, readably.")
final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      converter = LocalFile.class,
      description = "A model (.onnx) on this machine.")
  Path file;

  @Mixin ModelOptions options = new ModelOptions();

  @Option(
      names = "--plan",
      description =
          "Print the steps that run instead: kernels, shapes and work; those on slow kernels are"
              + " marked with !.")
  boolean plan;

  @Option(
      names = "--mode",
      paramLabel = "float|observed|int8",
      description =
          "Of the plan: as the file has it, as calibration runs it, or converted. Default: float.")
  @Nullable BenchMode mode;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Of the plan: samples of one forward pass. Default: 8.")
  @Nullable Integer batch;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (!plan && (mode != null || batch != null)) {
      throw new SettingsException(
          "Cannot inspect %s with %s: expected --plan with it"
              .formatted(file, mode == null ? "--batch" : "--mode"));
    }
    if (batch != null && batch < 1) {
      throw new SettingsException(
          "Cannot inspect with --batch: %d, expected a number above 0".formatted(batch));
    }
    byte[] bytes = read();
    if (CalibrationState.isIn(bytes)) {
      throw new SettingsException(
          "Cannot inspect "
              + file
              + ": a calibration state, expected a model; see octant state show");
    }
    if (plan) {
      printPlan();
      return ExitCode.OK.number();
    }
    OnnxModel model = OnnxModel.parse(bytes, file.toString(), folder());
    GraphModule graph = OnnxImporter.run(model, options.options());
    console.out().print(ModelText.of(model, graph));
    return ExitCode.OK.number();
  }

  private void printPlan() {
    new Benchmark(
            file,
            options.options(),
            mode == null ? BenchMode.FLOAT : mode,
            batch == null ? 8 : batch,
            1,
            Engines.NATIVE,
            Duration.ZERO)
        .plan(QuantizationChoice.preset().method(), console.err()::println, console.out()::println);
  }

  private @Nullable ModelFolder folder() {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? null : ModelFolder.local(folder);
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException(
          "Cannot read " + file + ": " + e.getClass().getSimpleName() + ", expected a file", e);
    }
  }
}
