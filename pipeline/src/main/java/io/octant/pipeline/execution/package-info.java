/**
 * Graphs on executors: how a graph travels, and the sessions that the tasks of a JVM share.
 *
 * <p>A graph travels as a {@link io.octant.pipeline.execution.GraphRecipe}: what it is made from,
 * not what it is. Each executor repeats the making, which is deterministic, and checks the {@link
 * io.octant.pipeline.execution.GraphDigest}. The {@link io.octant.pipeline.execution.SessionCache}
 * then holds one compiled session for each digest, with one copy of the packed weights; every task
 * runs it through a context of its own.
 */
@NullMarked
package io.octant.pipeline.execution;

import org.jspecify.annotations.NullMarked;
