package io.octant.quantization.backend;

import io.octant.graph.Module;
import java.util.List;

/**
 * Makes one module of the modules that a pattern matched.
 *
 * <p>After the fuser methods of {@code torch.ao.quantization.fuser_method_mappings}.
 */
public interface FuserMethod {
  /** Name in the map form of a backend configuration. */
  String fuserName();

  /**
   * Fuses modules; they are not changed.
   *
   * @param parts in the order they run; a matched {@code F.relu} comes as a ReLU module, other
   *     functions and wildcards do not come at all
   * @throws io.octant.OctantException if these parts cannot be fused
   */
  Module fuse(FusionMode mode, List<Module> parts);
}
