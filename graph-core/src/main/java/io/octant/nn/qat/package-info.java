/**
 * Modules for quantization-aware training: {@code torch.ao.nn.qat}, {@code torch.ao.nn.qat.dynamic}
 * and {@code torch.ao.nn.intrinsic.qat}. They are float modules whose weight passes through a fake
 * quantize, the child {@code weight_fake_quant}; batch norms are folded into the weight while it is
 * fake quantized.
 *
 * <p>Forward only, in training and in evaluation mode. One class covers the types that differ in
 * rank only; {@link io.octant.graph.Module#type()} tells which one it is. {@link
 * io.octant.nn.qat.QatModule#toFloat} gives the trained float module back.
 */
@NullMarked
package io.octant.nn.qat;

import org.jspecify.annotations.NullMarked;
