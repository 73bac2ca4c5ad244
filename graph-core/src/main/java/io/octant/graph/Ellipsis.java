package io.octant.graph;

/** {@code ...} in an indexing expression. */
public enum Ellipsis {
  ELLIPSIS;

  @Override
  public String toString() {
    return "...";
  }
}
