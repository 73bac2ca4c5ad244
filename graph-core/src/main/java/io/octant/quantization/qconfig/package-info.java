/**
 * What to quantize, and how: {@link io.octant.quantization.qconfig.QConfig} pairs an activation
 * observer with a weight observer, {@link io.octant.quantization.qconfig.QConfigMapping} says which
 * part of a model gets which. After {@code torch.ao.quantization.qconfig} and {@code
 * qconfig_mapping}.
 *
 * <p>Everything here is a value: immutable, compared by content, written and read as maps.
 */
@NullMarked
package io.octant.quantization.qconfig;

import org.jspecify.annotations.NullMarked;
