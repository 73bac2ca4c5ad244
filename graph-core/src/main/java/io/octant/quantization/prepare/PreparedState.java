package io.octant.quantization.prepare;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.EqualizationQConfig;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What prepare leaves for convert, attached to the prepared module. PyTorch keeps the same in
 * {@code meta["_observed_graph_module_attrs"]}.
 *
 * @param mode for inference or for training
 * @param qconfigMapping the mapping with the entries that fusion and training added
 * @param nodeQConfigs what was chosen for each node
 * @param nodeEqualizations what was chosen for equalization; empty if it was not asked for
 * @param observedNodes names of nodes whose match is quantized
 * @param customConfig the options of prepare
 * @param backend the backend that was prepared for
 * @param standalone input and output indexes that are quantized, if the module was prepared as a
 *     standalone one
 */
public record PreparedState(
    FusionMode mode,
    QConfigMapping qconfigMapping,
    Map<String, Choice<QConfig>> nodeQConfigs,
    Map<String, Optional<EqualizationQConfig>> nodeEqualizations,
    Set<String> observedNodes,
    PrepareCustomConfig customConfig,
    BackendConfig backend,
    Optional<StandaloneInterface> standalone) {

  /**
   * Which inputs and outputs of a standalone module are quantized tensors.
   *
   * @param inputIndexes positions of quantized inputs
   * @param outputIndexes positions of quantized outputs
   */
  public record StandaloneInterface(List<Integer> inputIndexes, List<Integer> outputIndexes) {
    public StandaloneInterface {
      inputIndexes = List.copyOf(inputIndexes);
      outputIndexes = List.copyOf(outputIndexes);
    }
  }

  public PreparedState {
    nodeQConfigs = Collections.unmodifiableMap(new LinkedHashMap<>(nodeQConfigs));
    nodeEqualizations = Collections.unmodifiableMap(new LinkedHashMap<>(nodeEqualizations));
    observedNodes = Collections.unmodifiableSet(new LinkedHashSet<>(observedNodes));
  }

  /** The qconfig of a node, empty if it has none or is unknown. */
  public Optional<QConfig> qconfig(String node) {
    Choice<QConfig> choice = nodeQConfigs.get(node);
    return choice == null ? Optional.empty() : choice.value();
  }

  /** Whether a node is known to have no qconfig; one that is unknown has not been decided. */
  public boolean hasNoQConfig(String node) {
    Choice<QConfig> choice = nodeQConfigs.get(node);
    return choice != null && choice.value().isEmpty();
  }
}
