/** Average, maximum, power and adaptive pooling over one to three axes, and their settings. */
@NullMarked
package io.octant.nn.pooling;

import org.jspecify.annotations.NullMarked;
