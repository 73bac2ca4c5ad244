/** Every float module by its PyTorch type name. Knows all families; no family knows it. */
@NullMarked
package io.octant.nn.factory;

import org.jspecify.annotations.NullMarked;
