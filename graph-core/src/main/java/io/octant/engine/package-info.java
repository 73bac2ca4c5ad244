/**
 * The seam between a graph and whatever executes it fast. An {@link io.octant.engine.Engine}
 * compiles a graph for fixed input shapes into an immutable, shared {@link
 * io.octant.engine.Session}; every thread runs it through its own {@link
 * io.octant.engine.ExecutionContext}.
 */
@NullMarked
package io.octant.engine;

import org.jspecify.annotations.NullMarked;
