/** Similarity and distance of two tensors along an axis. */
@NullMarked
package io.octant.nn.distance;

import org.jspecify.annotations.NullMarked;
