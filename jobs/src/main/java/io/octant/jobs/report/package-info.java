/**
 * What a job tells people: progress while it runs and a summary.
 *
 * <p>May depend on the configuration, on the results of the pipeline, and on Spark's listener
 * interface.
 */
@NullMarked
package io.octant.jobs.report;

import org.jspecify.annotations.NullMarked;
