package io.octant.onnx;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;

/**
 * An input of an imported model.
 *
 * @param name ONNX tensor name
 * @param dtype element type
 * @param sample shape of one sample: all axes but that of the batch
 * @param batchAxis the axis that holds the samples, −1 if there is none
 * @param fixedBatch size of that axis where it is fixed, 0 where it is open or missing
 */
public record OnnxInput(String name, DType dtype, Shape sample, int batchAxis, int fixedBatch) {
  /** Whether it takes a batch of any size. */
  public boolean hasBatch() {
    return batchAxis >= 0 && fixedBatch == 0;
  }

  /** The shape at a batch size, which an input without an open batch ignores. */
  public Shape shape(int batch) {
    if (batchAxis < 0) {
      return sample;
    }
    int[] dims = new int[sample.rank() + 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] =
          i == batchAxis
              ? (hasBatch() ? batch : fixedBatch)
              : sample.dim(i < batchAxis ? i : i - 1);
    }
    return Shape.of(dims);
  }
}
