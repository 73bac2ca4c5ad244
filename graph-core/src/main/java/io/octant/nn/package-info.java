/**
 * Float modules after {@code torch.nn}: the same names, hyperparameters, parameters and buffers, so
 * that weights and configurations of PyTorch models fit.
 *
 * <p>A module evaluates on concrete tensors with the reference kernels. Modules start in evaluation
 * mode. Parameters are drawn as PyTorch draws them but from a fixed seed; {@link
 * io.octant.nn.Initialization#reset} draws a whole model anew. {@link io.octant.nn.ModuleFactories}
 * builds modules from type names, hyperparameters and tensors.
 */
@NullMarked
package io.octant.nn;

import org.jspecify.annotations.NullMarked;
