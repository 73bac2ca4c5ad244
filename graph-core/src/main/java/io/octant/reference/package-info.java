/**
 * The reference implementation of PyTorch's functions and tensor methods, one class a family.
 *
 * <p>{@link io.octant.reference.ReferenceOperators#standard} is the table that graphs run with. A
 * family declares Python signatures and calls kernels of {@code io.octant.reference.kernel};
 * quantized operators are in {@code io.octant.reference.quantized}. Operators are stateless;
 * in-place variants ({@code relu_}) return a new tensor.
 */
@NullMarked
package io.octant.reference;

import org.jspecify.annotations.NullMarked;
