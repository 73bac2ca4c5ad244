package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;

/** A value of a column that cannot become a model input; whoever has read it adds where it lies. */
public final class ValueException extends OctantException {
  private static final long serialVersionUID = 1L;

  private final String found;
  private final String expected;

  ValueException(String found, String expected) {
    super("Cannot use value: " + found + ", expected " + expected);
    this.found = found;
    this.expected = expected;
  }

  /** What the value is. */
  public String found() {
    return found;
  }

  /** What it should be. */
  public String expected() {
    return expected;
  }
}
