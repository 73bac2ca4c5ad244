/** Modules that hold modules: in a row, in a list, by name. */
@NullMarked
package io.octant.nn.container;

import org.jspecify.annotations.NullMarked;
