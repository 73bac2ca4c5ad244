/** Dropout: the identity in evaluation mode. */
@NullMarked
package io.octant.nn.dropout;

import org.jspecify.annotations.NullMarked;
