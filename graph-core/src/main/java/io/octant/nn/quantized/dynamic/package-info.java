/**
 * Float modules with integer or half-precision weights: {@code torch.ao.nn.quantized.dynamic} and
 * {@code torch.ao.nn.intrinsic.quantized.dynamic}. Activations are quantized when they arrive, over
 * their own range.
 */
@NullMarked
package io.octant.nn.quantized.dynamic;

import org.jspecify.annotations.NullMarked;
