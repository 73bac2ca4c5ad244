/** Multi-head attention and its settings. */
@NullMarked
package io.octant.nn.attention;

import org.jspecify.annotations.NullMarked;
