package io.octant.quantization.custom;

import io.octant.graph.Module;
import io.octant.quantization.qconfig.QConfig;

/** Makes one custom module of another. */
@FunctionalInterface
public interface CustomModuleFactory {
  /**
   * @param source the module to replace; not changed
   * @param qconfig the configuration that the module was given
   */
  Module create(Module source, QConfig qconfig);
}
