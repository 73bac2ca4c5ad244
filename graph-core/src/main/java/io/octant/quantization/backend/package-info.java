/**
 * What a backend can quantize, as data: patterns of operators with the dtypes they take, how they
 * are observed, how they are fused, and which modules stand for them while training and after
 * conversion. After {@code torch.ao.quantization.backend_config}.
 *
 * <p>The presets are JSON resources of this package with PyTorch's tables, one pattern a line, in
 * registration order.
 */
@NullMarked
package io.octant.quantization.backend;

import org.jspecify.annotations.NullMarked;
