package io.octant.quantization.prepare;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.List;
import java.util.Optional;

/**
 * How one submodule is quantized on its own; PyTorch's {@code StandaloneModuleConfigEntry}. Empty
 * means "as the parent".
 *
 * @param exampleInputs inputs of the submodule; not read, kept for the map form
 */
public record StandaloneModuleConfig(
    Optional<QConfigMapping> qconfigMapping,
    List<Object> exampleInputs,
    Optional<PrepareCustomConfig> prepareCustomConfig,
    Optional<BackendConfig> backendConfig) {
  public StandaloneModuleConfig {
    exampleInputs = List.copyOf(exampleInputs);
  }

  /** Everything as the parent, with float inputs and outputs. */
  public static StandaloneModuleConfig likeParent() {
    return new StandaloneModuleConfig(
        Optional.empty(), List.of(), Optional.empty(), Optional.empty());
  }

  /** With a mapping of its own, whose names are paths within the submodule. */
  public StandaloneModuleConfig withQConfigMapping(QConfigMapping mapping) {
    return new StandaloneModuleConfig(
        Optional.of(mapping), exampleInputs, prepareCustomConfig, backendConfig);
  }

  /** With options of its own. */
  public StandaloneModuleConfig withPrepareCustomConfig(PrepareCustomConfig config) {
    return new StandaloneModuleConfig(
        qconfigMapping, exampleInputs, Optional.of(config), backendConfig);
  }

  /** With a backend of its own. */
  public StandaloneModuleConfig withBackendConfig(BackendConfig config) {
    return new StandaloneModuleConfig(
        qconfigMapping, exampleInputs, prepareCustomConfig, Optional.of(config));
  }
}
