/** Batch, instance, layer, group, root-mean-square and local response normalization. */
@NullMarked
package io.octant.nn.normalization;

import org.jspecify.annotations.NullMarked;
