package io.octant.graph;

/** Python's {@code None} as an argument or a run-time value, so that neither needs Java's null. */
public enum None {
  NONE;

  @Override
  public String toString() {
    return "None";
  }
}
