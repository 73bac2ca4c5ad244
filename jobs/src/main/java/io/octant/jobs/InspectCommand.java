package io.octant.jobs;

import io.octant.calibration.CalibrationState;
import io.octant.graph.GraphModule;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.jobs.inspect.ModelText;
import io.octant.onnx.ModelFolder;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.OnnxImporter;
import io.octant.pipeline.data.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code octant inspect}: prints a model's graph. */
@Command(name = "inspect", description = "Print a model's graph, readably.")
final class InspectCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      converter = LocalFile.class,
      description = "A model (.onnx) on this machine.")
  Path file;

  @Mixin ModelOptions options = new ModelOptions();

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    byte[] bytes = read();
    if (CalibrationState.isIn(bytes)) {
      throw new SettingsException(
          "Cannot inspect "
              + file
              + ": a calibration state, expected a model; see octant state show");
    }
    OnnxModel model = OnnxModel.parse(bytes, file.toString(), folder());
    GraphModule graph = OnnxImporter.run(model, options.options());
    console.out().print(ModelText.of(model, graph));
    return ExitCode.OK.number();
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
