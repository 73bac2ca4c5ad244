/**
 * A fuzz target for every parser of something that comes from outside: coverage-guided by Jazzer
 * with {@code dev/fuzz}, and the files that ever broke one replayed by the default tests. A finding
 * is an exception outside {@link io.octant.OctantException}'s tree, an {@code Error}, a result that
 * breaks a promise of the parser, or more than two seconds.
 */
@NullMarked
package io.octant.jobs.fuzz;

import org.jspecify.annotations.NullMarked;
