/**
 * From a calibrated graph to a quantized one, after {@code torch.ao.quantization.fx.convert}.
 *
 * <p>First every observer becomes a quantize and a dequantize, and every observed module with a
 * weight a reference module: the <em>reference form</em>, float operators between q/dq pairs. Then,
 * unless the reference is what was asked for, {@link io.octant.quantization.convert.LoweringPass
 * lowering} replaces dequantize – operator – quantize by operators on integers, family by family,
 * each in a class of its own. Everything that stays in float is named in the report.
 */
@NullMarked
package io.octant.quantization.convert;

import org.jspecify.annotations.NullMarked;
