/**
 * Starts Spark for a command: embedded, on a cluster, or as spark-submit has prepared it.
 *
 * <p>May depend on Spark and on the configuration records.
 */
@NullMarked
package io.octant.jobs.spark;

import org.jspecify.annotations.NullMarked;
