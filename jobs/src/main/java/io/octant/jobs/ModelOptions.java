package io.octant.jobs;

import io.octant.jobs.config.InputConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.onnx.importer.ImportOptions;
import io.octant.onnx.importer.InputRole;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import picocli.CommandLine.Option;

/** Options of commands for what a model file leaves open; the keys model.axes and model.inputs. */
final class ModelOptions {

  @Option(
      names = "--axis",
      paramLabel = "name=size",
      description = "Size of a symbolic axis other than the batch; repeat it for each axis.")
  Map<String, Integer> axes = new LinkedHashMap<>();

  @Option(
      names = "--input",
      paramLabel = "name=role",
      description =
          "An input that is no batch along its first axis: sr=value:16000 is the same for all"
              + " samples, state=batchAxis:1 has its samples elsewhere, x=batchAxis:none is one"
              + " sample's as a whole; repeat it for each input.")
  Map<String, String> inputs = new LinkedHashMap<>();

  /**
   * What to import with.
   *
   * @throws SettingsException if a role is none
   */
  ImportOptions options() {
    SortedMap<String, InputRole> roles = new TreeMap<>();
    inputs.forEach((name, role) -> roles.put(name, role(name, role)));
    return new ImportOptions(axes, roles);
  }

  /** What a job's key says. */
  static InputRole role(InputConfig config) {
    if (config.value().isPresent()) {
      return new InputRole.Constant(config.value().get());
    }
    return config.batchAxis().isPresent()
        ? new InputRole.Batched(config.batchAxis().getAsInt())
        : new InputRole.Whole();
  }

  private static InputRole role(String name, String text) {
    int colon = text.indexOf(':');
    return InputConfig.of(text.substring(0, Math.max(colon, 0)), text.substring(colon + 1))
        .map(ModelOptions::role)
        .orElseThrow(
            () ->
                new SettingsException(
                    "Cannot use --input %s=%s, expected value:NUMBER, batchAxis:NUMBER or"
                            .formatted(name, text)
                        + " batchAxis:none"));
  }
}
