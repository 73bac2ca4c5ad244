/**
 * Many candidates against one float model over one set of evaluation data: every sample is read,
 * decoded and run through float once, then through each candidate.
 *
 * <p>Every figure but the speed is a pure function of the multiset of samples, as in {@link
 * io.octant.pipeline.validation}: counts are integers, sums exact.
 */
@NullMarked
package io.octant.pipeline.evaluation;

import org.jspecify.annotations.NullMarked;
