/**
 * Fake quantizes: modules that observe a tensor and pass on what quantization would leave of it,
 * with straight-through gradients, for quantization-aware training.
 *
 * <p>They behave as those of PyTorch 2.13. What a module learned is in its buffers (the learnable
 * one: parameters) and in the observer that is its child {@code activation_post_process}. Formulas:
 * {@code docs/quantization-model.md}.
 */
@NullMarked
package io.octant.quantization.fakequant;

import org.jspecify.annotations.NullMarked;
