/** Padding over one to three axes: zeros, a constant, reflected, replicated, circular. */
@NullMarked
package io.octant.nn.padding;

import org.jspecify.annotations.NullMarked;
