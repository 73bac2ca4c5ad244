package io.octant.nn;

/** Whether a layer adds a bias. */
public enum Bias {
  WITH,
  WITHOUT;

  /** WITH if true. */
  public static Bias of(boolean present) {
    return present ? WITH : WITHOUT;
  }
}
