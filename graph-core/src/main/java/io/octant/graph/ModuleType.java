package io.octant.graph;

/**
 * A module class by its public PyTorch name, or by its Java class name where PyTorch has no
 * counterpart.
 */
public record ModuleType(String name) implements TargetType {
  @Override
  public String toString() {
    return name;
  }
}
