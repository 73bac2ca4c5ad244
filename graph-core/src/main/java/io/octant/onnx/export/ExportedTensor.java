package io.octant.onnx.export;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;

/**
 * A value of the graph that the model computes: a tensor, or a number that follows from the size of
 * the batch.
 *
 * @param name ONNX name
 * @param shape at the given number of samples
 * @param next at one sample more
 * @param number whether the graph has a number there, an int64 of no axes in the model
 */
record ExportedTensor(String name, DType dtype, Shape shape, Shape next, boolean number) {
  /** Size of an axis that is the same for every batch; −1 if it is not. */
  int dim(int axis) {
    int size = shape.dim(axis);
    return next.rank() == shape.rank() && next.dim(axis) == size ? size : -1;
  }
}
