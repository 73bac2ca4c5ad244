/**
 * Formats that Spark reads, file by file: Spark's own function for a file gives its rows, and here
 * they are counted and numbered, so that limits, splits and tasks are those of every format.
 *
 * <p>Uses Spark's internal {@code FileFormat}. Nothing depends on this package but its
 * registrations.
 */
@NullMarked
package io.octant.pipeline.data.spark;

import org.jspecify.annotations.NullMarked;
