/**
 * The graph IR, after torch.fx: six opcodes, nodes in execution order, use-def links kept by the
 * graph.
 *
 * <p>Invariants, checked by {@link io.octant.graph.Graph#lint}: names are unique, a node stands
 * after everything it uses, users mirror uses, every module and attribute target resolves. A pass
 * is a function from {@link io.octant.graph.GraphModule} to {@link io.octant.graph.GraphModule}; it
 * edits a {@link io.octant.graph.GraphModule#copy() copy}, never its argument.
 *
 * <p>Values in node arguments and at run time share one small universe, see {@link
 * io.octant.graph.Arguments}.
 */
@NullMarked
package io.octant.graph;

import org.jspecify.annotations.NullMarked;
