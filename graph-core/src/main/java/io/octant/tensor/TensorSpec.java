package io.octant.tensor;

/**
 * Name, element type and shape of a model input or output.
 *
 * <p>No PyTorch counterpart.
 */
public record TensorSpec(String name, DType dtype, Shape shape) {}
