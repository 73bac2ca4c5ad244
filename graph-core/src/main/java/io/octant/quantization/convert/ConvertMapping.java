package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.prepare.MappingUpdates;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.NodeConfigs;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Applies a mapping given to convert: it must have every entry of the mapping of prepare, equal or
 * None; None turns the part back to float.
 */
final class ConvertMapping {
  private ConvertMapping() {}

  static PreparedState apply(GraphModule model, PreparedState state, ConvertOptions options) {
    if (options.qconfigMapping().isEmpty()) {
      return state;
    }
    BackendConfig backend = options.backend().orElse(state.backend());
    QConfigMapping mapping = options.qconfigMapping().get();
    if (state.mode() == FusionMode.QAT) {
      mapping = MappingUpdates.forTraining(mapping, backend);
    }
    mapping = MappingUpdates.forFusion(model, mapping);
    requireSubset(state.qconfigMapping(), mapping);
    Map<String, Choice<QConfig>> nodes = new LinkedHashMap<>();
    Map<String, Choice<QConfig>> chosen = NodeConfigs.of(model, mapping);
    state
        .nodeQConfigs()
        .forEach(
            (name, before) -> {
              Choice<QConfig> now = chosen.getOrDefault(name, before);
              if (now.value().isPresent() && !now.value().equals(before.value())) {
                throw new ConvertException(
                    "Cannot convert node "
                        + model.graph().node(name).described()
                        + ": its qconfig differs from that of prepare, expected the same or None");
              }
              nodes.put(name, now);
            });
    return new PreparedState(
        state.mode(),
        mapping,
        nodes,
        state.nodeEqualizations(),
        state.observedNodes(),
        state.customConfig(),
        state.backend(),
        state.standalone());
  }

  private static void requireSubset(QConfigMapping prepared, QConfigMapping given) {
    requireSame("global", prepared.global(), given.global());
    requireSubset("object type", prepared.objectTypes(), given.objectTypes());
    requireSubset("module name regex", prepared.moduleNameRegexes(), given.moduleNameRegexes());
    requireSubset("module name", prepared.moduleNames(), given.moduleNames());
  }

  private static <K> void requireSubset(
      String kind, Map<K, Optional<QConfig>> prepared, Map<K, Optional<QConfig>> given) {
    prepared.forEach(
        (key, before) -> {
          Optional<QConfig> now = given.get(key);
          if (now == null) {
            throw new ConvertException(
                "Cannot convert: the qconfig mapping has no "
                    + kind
                    + " "
                    + key
                    + ", expected every entry of the mapping of prepare");
          }
          requireSame(kind + " " + key, before, now);
        });
  }

  private static void requireSame(String what, Optional<QConfig> before, Optional<QConfig> now) {
    if (now.isPresent() && !now.equals(before)) {
      throw new ConvertException(
          "Cannot convert: the qconfig of "
              + what
              + " differs from that of prepare, expected the same or None");
    }
  }
}
