/**
 * Starts Spark for a command: embedded, on a cluster, or as spark-submit has prepared it.
 *
 * <p>May depend on Spark, on the configuration records, and on the kinds of failures of the
 * pipeline.
 */
@NullMarked
package io.octant.jobs.spark;

import org.jspecify.annotations.NullMarked;
