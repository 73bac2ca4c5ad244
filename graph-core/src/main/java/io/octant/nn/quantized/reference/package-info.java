/**
 * Float modules whose weights pass through quantize and dequantize: {@code
 * torch.ao.nn.quantized.reference}. They are what conversion makes before a backend lowers them,
 * and what says exactly how a weight is quantized.
 */
@NullMarked
package io.octant.nn.quantized.reference;

import org.jspecify.annotations.NullMarked;
