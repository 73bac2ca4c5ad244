/**
 * Reference kernels in plain Java: simple, slow and deterministic, the oracle of every other
 * kernel.
 *
 * <p>Kernels take and return immutable tensors, laid out row-major: N, C, then the spatial axes.
 * Behaviour follows PyTorch 2.13 on the CPU. Results are rounded once, from double precision,
 * except where PyTorch's own order of float32 roundings is simple and known (see {@link
 * io.octant.reference.kernel.Precision}): products of matrices, convolutions, means,
 * normalizations. There kernels round alike, because what follows is often a quantization, and
 * averages of quantized values often fall on a tie. float64 and integers are computed in double
 * precision; integers below 2<sup>53</sup> are exact.
 */
@NullMarked
package io.octant.reference.kernel;

import org.jspecify.annotations.NullMarked;
