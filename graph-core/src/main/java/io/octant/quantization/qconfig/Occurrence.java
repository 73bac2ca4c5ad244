package io.octant.quantization.qconfig;

import io.octant.graph.TargetType;
import io.octant.quantization.mapform.ConfigurationException;

/**
 * The n-th use of a module class or function directly within a parent module.
 *
 * <p>The key of {@code QConfigMapping.set_module_name_object_type_order} in PyTorch.
 *
 * @param modulePath path of the parent, "" for the root
 * @param type what is used
 * @param index counted from 0 in execution order
 */
public record Occurrence(String modulePath, TargetType type, int index) {
  public Occurrence {
    if (index < 0) {
      throw new ConfigurationException(
          "Cannot map use of "
              + type.name()
              + " in '"
              + modulePath
              + "': index "
              + index
              + ", expected one from 0");
    }
  }

  @Override
  public String toString() {
    return "'" + modulePath + "' " + type.name() + " #" + index;
  }
}
