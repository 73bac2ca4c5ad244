/** Look-up tables: rows by index, and sums, means and maxima of bags of rows. */
@NullMarked
package io.octant.nn.embedding;

import org.jspecify.annotations.NullMarked;
