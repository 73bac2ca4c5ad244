/**
 * Shape propagation: the shape of every value of a graph without the cost of computing it, and
 * where the samples of a batch are in it.
 *
 * <p>Graphs are run on tensors of zeros with the kernels of {@link io.octant.graph.OperatorTable};
 * operators that cost far more than they return (convolution, matrix product) are answered by their
 * shape rule instead. Integer and shape arithmetic is therefore exact. After {@code
 * torch.fx.passes.shape_prop.ShapeProp}, which runs the real kernels.
 *
 * <p>Samples are followed from the inputs by one rule a kind of operator ({@link
 * io.octant.operator.SampleRule}); what has no rule is run on a few random numbers to see which
 * elements depend on which sample.
 */
@NullMarked
package io.octant.shape;

import org.jspecify.annotations.NullMarked;
