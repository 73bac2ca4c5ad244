package io.octant.quantization.custom;

import io.octant.graph.Module;

/** Makes one custom module of another. */
@FunctionalInterface
public interface CustomModuleFactory {
  /**
   * @param source the module to replace; not changed
   */
  Module create(Module source, CustomModuleContext context);
}
