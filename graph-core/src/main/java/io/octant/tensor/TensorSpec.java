package io.octant.tensor;

import java.util.List;

/**
 * Name, element type and shape of a model input or output.
 *
 * <p>No PyTorch counterpart.
 *
 * @param batchAxis the axis of an input that holds the samples, −1 if it is the same for all
 */
public record TensorSpec(String name, DType dtype, Shape shape, int batchAxis) {
  /** With the samples on the first axis, if there is any. */
  public TensorSpec(String name, DType dtype, Shape shape) {
    this(name, dtype, shape, shape.rank() == 0 ? -1 : 0);
  }

  /** The shape with another number of samples. */
  public Shape shape(int batch) {
    return batchAxis < 0 ? shape : shape.withDim(batchAxis, batch);
  }

  /** The samples of a batch: those of the first input that has any, 1 if none has. */
  public static int batch(List<TensorSpec> inputs) {
    return inputs.stream()
        .filter(s -> s.batchAxis >= 0)
        .mapToInt(s -> s.shape.dim(s.batchAxis))
        .findFirst()
        .orElse(1);
  }
}
