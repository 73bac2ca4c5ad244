package io.octant.onnx.importer;

import io.octant.onnx.OnnxException;

/** What an input of a model is, where it is not a batch of samples along its first axis. */
public sealed interface InputRole {
  /**
   * The same number in every element, known at import: the input is no input of the graph any more.
   * The file keeps it, and what was decided by it holds for this value only.
   */
  record Constant(double value) implements InputRole {}

  /** Samples along another axis, from 0. */
  record Batched(int axis) implements InputRole {
    public Batched {
      if (axis < 0) {
        throw new OnnxException(
            "Cannot import with the batch on axis " + axis + ", expected at least 0");
      }
    }
  }

  /** One sample, whole: the batch is 1. */
  record Whole() implements InputRole {}
}
