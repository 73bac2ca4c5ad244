package io.octant.pipeline.data.preprocess;

/** An end of a sequence. */
public enum Side {
  /** Before the first element. */
  LEFT,
  /** Behind the last element. */
  RIGHT
}
