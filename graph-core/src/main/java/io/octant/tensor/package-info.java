/**
 * Dense tensors, element types and quantization parameters.
 *
 * <p>Invariants: a {@link io.octant.tensor.Tensor} is contiguous, row-major and, by contract, never
 * written after it was published; a quantized tensor carries its parameters with its integers.
 */
@NullMarked
package io.octant.tensor;

import org.jspecify.annotations.NullMarked;
