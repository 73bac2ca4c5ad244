package io.octant.trace;

import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.nn.container.Sequential;
import java.util.Set;

/**
 * Which modules a trace calls instead of looking inside: those of {@code torch.nn} and {@code
 * torch.ao.nn} other than {@link Sequential}, and what is named here. PyTorch's counterpart is
 * {@code QuantizationTracer.is_leaf_module}.
 *
 * @param names dotted paths of further leaves
 * @param types exact types of further leaves
 */
public record LeafRule(Set<String> names, Set<ModuleType> types) {
  public LeafRule {
    names = Set.copyOf(names);
    types = Set.copyOf(types);
  }

  /** The rule without further leaves, that of {@code torch.fx.Tracer}. */
  public static LeafRule standard() {
    return new LeafRule(Set.of(), Set.of());
  }

  /** The standard rule with further leaves by name and type. */
  public static LeafRule skipping(Set<String> names, Set<ModuleType> types) {
    return new LeafRule(names, types);
  }

  /** Whether a module, found at a path, is called as one unit. */
  public boolean isLeaf(Module module, String path) {
    if (names.contains(path) || types.contains(module.type())) {
      return true;
    }
    String type = module.type().name();
    return (type.startsWith("torch.nn.") || type.startsWith("torch.ao.nn."))
        && !(module instanceof Sequential);
  }
}
