/**
 * The observed forward pass over the partitions of the calibration data.
 *
 * <p>Each task returns one {@link io.octant.pipeline.calibration.PartitionState} as bytes, and the
 * states are merged in a tree. What a task returns counts once, however often it was tried; an
 * accumulator would count retries and speculative copies too. Merging is integer addition and
 * min/max, so the merged state does not depend on the partitioning.
 */
@NullMarked
package io.octant.pipeline.calibration;

import org.jspecify.annotations.NullMarked;
