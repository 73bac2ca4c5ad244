package io.octant.quantization.custom;

import io.octant.graph.Module;

/**
 * Makes one custom module of another.
 *
 * <p>PyTorch's class methods {@code from_float} and {@code from_observed}.
 */
@FunctionalInterface
public interface CustomModuleFactory {
  /**
   * @param source the module to replace; not changed
   */
  Module create(Module source, CustomModuleContext context);
}
