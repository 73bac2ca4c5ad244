/**
 * Reverse-mode differentiation of graphs: a pass that makes a forward graph, which returns what the
 * backward graph needs beside its result, and a backward graph, which is a function of that and of
 * the gradients of the outputs ({@code docs/adr/0041}). The rules stand under the names of the
 * operator table. The reference operators run both graphs, or a {@link
 * io.octant.autograd.DerivativeEngine}.
 */
@NullMarked
package io.octant.autograd;

import org.jspecify.annotations.NullMarked;
