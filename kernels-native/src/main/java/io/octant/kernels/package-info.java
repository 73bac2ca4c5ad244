/** Native kernels over oneDNN behind the engine interface of graph-core. */
@NullMarked
package io.octant.kernels;

import org.jspecify.annotations.NullMarked;
