/** Modules that move or repeat elements: flatten, fold, shuffle, upsample. */
@NullMarked
package io.octant.nn.shape;

import org.jspecify.annotations.NullMarked;
