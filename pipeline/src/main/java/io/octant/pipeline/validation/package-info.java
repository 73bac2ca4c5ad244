/**
 * Float against int8, measured on the executors over evaluation data.
 *
 * <p>Every figure is a pure function of the multiset of samples: counts are integers and sums are
 * {@link io.octant.pipeline.validation.ExactSum exact}, so neither partitioning nor order shows.
 */
@NullMarked
package io.octant.pipeline.validation;

import org.jspecify.annotations.NullMarked;
