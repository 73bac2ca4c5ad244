/**
 * What calibration learns about a model: mergeable statistics of tensors, their binary form, and
 * the solvers that turn them into ranges.
 *
 * <p>Invariants: a state is a commutative monoid under {@code merge}, so that it is a pure function
 * of the multiset of values that it saw; it holds integers, minima and maxima, never a
 * floating-point sum. Every byte layout is described in {@code docs/format}.
 */
@NullMarked
package io.octant.calibration;

import org.jspecify.annotations.NullMarked;
