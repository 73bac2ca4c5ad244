/**
 * From a graph to a compiled session: lowering nodes to kernels, fusing, planning memory, running.
 *
 * <p>{@link io.octant.kernels.plan.GraphCompiler} walks the graph in order with symbolic values. A
 * lowering (one family of operators a class, found by name in {@link
 * io.octant.kernels.plan.Lowerings}) turns a call into kernels, a view, or a compile-time constant;
 * one that has no kernel throws {@link io.octant.kernels.binding.UnsupportedKernelException} and
 * the call runs on the reference operators instead, with that reason in the plan. Producers that
 * can take post-operations stay {@link io.octant.kernels.plan.Pending} until a value is needed, so
 * that their only consumer can join them.
 *
 * <p>Invariants: shapes are fixed when compiling; whatever is shared by contexts is immutable; a
 * run of native steps allocates nothing but its results.
 */
@NullMarked
package io.octant.kernels.plan;

import org.jspecify.annotations.NullMarked;
