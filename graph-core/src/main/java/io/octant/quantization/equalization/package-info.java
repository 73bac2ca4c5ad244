/**
 * Input-weight equalization, after {@code torch.ao.quantization.fx._equalize}: the input channels
 * of a layer are multiplied by {@code s_j = √((Wmax_j − Wmin_j) / (Xmax_j − Xmin_j))} and the
 * weight's columns divided by it, so that neither has channels that use a small part of the range.
 *
 * <p>Calibration observes the channels ({@link
 * io.octant.quantization.equalization.InputEqualizationObserver}); conversion folds the factors
 * into weights, or multiplies where there is no weight before ({@link
 * io.octant.quantization.equalization.EqualizationPass}).
 */
@NullMarked
package io.octant.quantization.equalization;

import org.jspecify.annotations.NullMarked;
