/**
 * Modules that bring their own quantization: a float module, the observed one that calibration
 * runs, and the quantized one. After the custom module classes of {@code PrepareCustomConfig} and
 * {@code ConvertCustomConfig}.
 */
@NullMarked
package io.octant.quantization.custom;

import org.jspecify.annotations.NullMarked;
