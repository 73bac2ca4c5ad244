/**
 * Float modules after {@code torch.nn}: the same names, hyperparameters, parameters and buffers, so
 * that weights and configurations of PyTorch models fit. This package has what all families share;
 * each family has a package of its own, and {@link io.octant.nn.factory} knows them all.
 *
 * <p>A module evaluates on concrete tensors with the reference kernels. Modules start in evaluation
 * mode. Parameters are drawn as PyTorch draws them but from a fixed seed; {@link
 * io.octant.nn.Initialization#reset} draws a whole model anew.
 */
@NullMarked
package io.octant.nn;

import org.jspecify.annotations.NullMarked;
