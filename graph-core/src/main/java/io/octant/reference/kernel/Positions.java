package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Tensor;

/** Positions along an axis; those below 0 count from its end, as Python's and ONNX's do. */
final class Positions {
  private Positions() {}

  /**
   * A position counted from the beginning.
   *
   * @param verb what is done there, for messages
   * @throws OctantException if it lies outside an axis of {@code size} elements
   */
  static int inside(String verb, long position, int axis, int size, Tensor x) {
    long from = position < 0 ? position + size : position;
    if (from < 0 || from >= size) {
      throw new OctantException(
          "Cannot "
              + verb
              + " position "
              + position
              + " of axis "
              + axis
              + " of "
              + x.description()
              + ", expected one inside");
    }
    return (int) from;
  }
}
