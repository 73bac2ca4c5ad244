/** Linear and bilinear layers. */
@NullMarked
package io.octant.nn.linear;

import org.jspecify.annotations.NullMarked;
