/**
 * Reference operators on quantized tensors, in plain Java: {@code torch.quantize_per_tensor} and
 * its siblings, {@code torch.ops.quantized.*}, {@code torch.ops.quantized_decomposed.*}, and the
 * packed weights that they work on. Simple and slow: the oracle for every native kernel.
 *
 * <p>Formulas: {@code docs/quantization-model.md}. Integers agree with PyTorch 2.13 exactly where
 * its engines agree with each other, else to one step. Knows no modules.
 */
@NullMarked
package io.octant.reference.quantized;

import org.jspecify.annotations.NullMarked;
