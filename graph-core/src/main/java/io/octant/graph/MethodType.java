package io.octant.graph;

/** A tensor method by its name, {@code reshape} say. */
public record MethodType(String name) implements TargetType {
  @Override
  public String toString() {
    return "." + name;
  }
}
