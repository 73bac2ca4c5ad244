/**
 * What a job tells: progress while it runs, a summary for people, {@code result.json} for programs.
 *
 * <p>May depend on Spark's listener interface and Jackson.
 */
@NullMarked
package io.octant.jobs.report;

import org.jspecify.annotations.NullMarked;
