/**
 * Graph mode quantization, after {@code torch.ao.quantization.quantize_fx}: {@link
 * io.octant.quantization.QuantizeFx} fuses, prepares and converts graphs.
 *
 * <pre>{@code
 * GraphModule prepared = QuantizeFx.prepare(model, DefaultQConfigMappings.ptq(QuantizedEngine.X86));
 * for (Tensor batch : calibration) {
 *   prepared.run(batch);
 * }
 * GraphModule quantized = QuantizeFx.convert(prepared);
 * }</pre>
 *
 * <p>Every pass returns a new module and leaves its argument alone.
 */
@NullMarked
package io.octant.quantization;

import org.jspecify.annotations.NullMarked;
