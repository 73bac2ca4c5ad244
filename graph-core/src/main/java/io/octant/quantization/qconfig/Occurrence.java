package io.octant.quantization.qconfig;

import io.octant.graph.TargetType;

/**
 * The n-th use of a module class or function directly within a parent module.
 *
 * @param modulePath path of the parent, "" for the root
 * @param type what is used
 * @param index counted from 0 in execution order
 */
public record Occurrence(String modulePath, TargetType type, int index) {
  @Override
  public String toString() {
    return "'" + modulePath + "' " + type.name() + " #" + index;
  }
}
