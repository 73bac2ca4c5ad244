package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;

/**
 * An input of an imported model.
 *
 * @param name ONNX tensor name
 * @param dtype element type
 * @param sample shape of one sample: the axes after the batch, or all axes of an input without
 *     batch
 * @param hasBatch whether the first axis is a batch of any size
 * @param fixedBatch size of the first axis where the file fixes it, 0 where the batch is open or
 *     missing
 */
public record OnnxInput(String name, DType dtype, Shape sample, boolean hasBatch, int fixedBatch) {
  /** The shape at a batch size, which an input without an open batch ignores. */
  public Shape shape(int batch) {
    if (!hasBatch && fixedBatch == 0) {
      return sample;
    }
    int[] dims = new int[sample.rank() + 1];
    dims[0] = hasBatch ? batch : fixedBatch;
    System.arraycopy(sample.toArray(), 0, dims, 1, sample.rank());
    return Shape.of(dims);
  }
}
