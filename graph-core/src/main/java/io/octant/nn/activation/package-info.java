/**
 * Activations, softmax and their relatives: one tensor in, one tensor of the same shape out (GLU
 * halves an axis).
 */
@NullMarked
package io.octant.nn.activation;

import org.jspecify.annotations.NullMarked;
