package io.octant.quantization.custom;

import io.octant.graph.ModuleType;
import java.util.Map;

/**
 * Makes custom modules, found by {@link java.util.ServiceLoader}; PyTorch's class methods {@code
 * from_float} and {@code from_observed}.
 */
public interface CustomModuleProvider {
  /** Makers of observed modules from float ones, by the type that they make. */
  Map<ModuleType, CustomModuleFactory> fromFloat();

  /** Makers of quantized modules from observed ones, by the type that they make. */
  Map<ModuleType, CustomModuleFactory> fromObserved();
}
