package io.octant.graph;

/**
 * {@code start:stop:step} in an indexing expression; each part is an integer, a node or {@link
 * None}.
 */
public record Slice(Object start, Object stop, Object step) {
  @Override
  public String toString() {
    return "slice(" + start + ", " + stop + ", " + step + ")";
  }
}
