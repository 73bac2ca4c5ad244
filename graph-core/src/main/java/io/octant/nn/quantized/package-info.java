/**
 * Modules on quantized tensors: {@code torch.ao.nn.quantized} and {@code
 * torch.ao.nn.intrinsic.quantized}. Lowering makes them from reference modules and observed output
 * parameters; a kernel library reads their packed weights and parameters from here.
 *
 * <p>One class covers the types that differ in rank or in a fused activation only; {@link
 * io.octant.graph.Module#type()} tells which one it is. The arithmetic is in {@code
 * io.octant.reference.quantized}. Integer weights are no parameters; {@link
 * io.octant.nn.quantized.QuantizedModule#quantizedState} shows them.
 */
@NullMarked
package io.octant.nn.quantized;

import org.jspecify.annotations.NullMarked;
