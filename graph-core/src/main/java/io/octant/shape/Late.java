package io.octant.shape;

/** What stands for a value whose shape, or which number it is, is known when a graph runs only. */
public enum Late {
  /** The only one. */
  VALUE
}
