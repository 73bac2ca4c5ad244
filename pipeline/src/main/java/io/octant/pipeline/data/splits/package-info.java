/**
 * Which rows of which files are read together: splits by rules that hang on the files alone, tasks
 * as many as a run wants, and the RDDs that read exactly what a plan says (ADR 26 in docs/adr).
 *
 * <p>Knows neither formats nor columns. {@link io.octant.pipeline.data.splits.PlannedRows} and the
 * RDDs use Spark's internal classes of partitions, which are not a public API.
 */
@NullMarked
package io.octant.pipeline.data.splits;

import org.jspecify.annotations.NullMarked;
