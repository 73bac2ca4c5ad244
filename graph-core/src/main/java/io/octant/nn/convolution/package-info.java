/** Convolutions and transposed convolutions over one to three axes, and their settings. */
@NullMarked
package io.octant.nn.convolution;

import org.jspecify.annotations.NullMarked;
