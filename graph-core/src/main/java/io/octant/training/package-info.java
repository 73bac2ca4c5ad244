/**
 * Training of graph modules: losses with their gradients, optimizers, schedules, and the loop over
 * batches ({@code docs/adr/0046}). Arithmetic follows PyTorch's order of operations, in the type of
 * the parameter.
 */
@NullMarked
package io.octant.training;

import org.jspecify.annotations.NullMarked;
