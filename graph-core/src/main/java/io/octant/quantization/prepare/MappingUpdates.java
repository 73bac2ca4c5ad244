package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.qconfig.ConfigMapping;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.Map;
import java.util.Optional;

/**
 * Extends a mapping to the types that fusion and training introduce, so that a configuration by
 * type still finds its layers.
 */
public final class MappingUpdates {
  private MappingUpdates() {}

  /**
   * Gives every fused type the configuration of its parts.
   *
   * @throws PrepareException if parts of one fused module are configured differently by type
   */
  public static <Q, S extends ConfigMapping<Q, S>> S forFusion(GraphModule model, S mapping) {
    if (mapping.objectTypes().isEmpty()) {
      return mapping;
    }
    S out = mapping;
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule
          && model.moduleOf(node) instanceof FusedModule fused) {
        Map<TargetType, Optional<Q>> types = out.objectTypes();
        Optional<Q> first = find(types, fused.part(0).type());
        for (ModuleType part : fused.kind().parts()) {
          if (!find(types, part).equals(first)) {
            throw new PrepareException(
                "Cannot configure node "
                    + node.described()
                    + ": During fusion, we need to specify the same qconfigs for all module types"
                    + " in "
                    + fused.type()
                    + ", offending type: "
                    + part
                    + ", expected the qconfig of "
                    + fused.part(0).type());
          }
        }
        if (first.isPresent()) {
          out = out.withObjectType(fused.type(), first.get());
        }
      }
    }
    return out;
  }

  private static <Q> Optional<Q> find(Map<TargetType, Optional<Q>> types, ModuleType type) {
    Optional<Q> found = types.get(type);
    return found == null ? Optional.empty() : found;
  }

  /** Gives every training type the qconfig of the type that it replaces. */
  public static QConfigMapping forTraining(QConfigMapping mapping, BackendConfig backend) {
    QConfigMapping out = mapping;
    Map<ModuleType, ModuleType> qat = backend.qatModules();
    for (var entry : mapping.objectTypes().entrySet()) {
      if (entry.getKey() instanceof ModuleType type && qat.containsKey(type)) {
        out = out.withObjectType(qat.get(type), entry.getValue().orElse(null));
      }
    }
    return out;
  }
}
