/**
 * Models written in Java, and their symbolic tracing into graphs, after {@code torch.fx.Tracer}.
 *
 * <p>A model is a {@link io.octant.trace.TraceableModule} whose {@code forward} works on {@link
 * io.octant.trace.Value}s: handles that either compute at once on tensors or record nodes. Methods
 * of a value record {@code call_method} (or the operator functions for {@code plus} and the like);
 * {@link io.octant.trace.Functional} and {@link io.octant.trace.Torch} record {@code
 * call_function}; calls of modules record {@code call_module} for leaves and trace through the
 * others. Every node gets the scope and the Java line that made it.
 *
 * <p>Control flow that depends on a traced value is a {@link io.octant.trace.TraceException}.
 */
@NullMarked
package io.octant.trace;

import org.jspecify.annotations.NullMarked;
