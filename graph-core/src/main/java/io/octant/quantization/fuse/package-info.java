/**
 * Fusion of float modules: convolution or linear with batch norm and activation, after {@code
 * torch.ao.quantization.fuser_method_mappings} and {@code fx.fuse}.
 *
 * <p>What is fused to what is data of the {@link io.octant.quantization.backend.BackendConfig};
 * this package applies it. A module that the graph calls more than once is never fused: PyTorch
 * fuses it and thereby changes what the other call computes.
 */
@NullMarked
package io.octant.quantization.fuse;

import org.jspecify.annotations.NullMarked;
