/**
 * Float modules whose weights pass through quantize and dequantize: {@code
 * torch.ao.nn.quantized.reference}. They are what conversion makes before a backend lowers them,
 * and what says exactly how a weight is quantized.
 *
 * <p>Depends on {@code io.octant.nn} and {@code io.octant.reference}.
 */
@NullMarked
package io.octant.nn.quantized.reference;

import org.jspecify.annotations.NullMarked;
