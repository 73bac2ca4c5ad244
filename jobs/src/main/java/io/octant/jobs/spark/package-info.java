/** Starts Spark for a command: embedded, on a cluster, or as spark-submit has prepared it. */
@NullMarked
package io.octant.jobs.spark;

import org.jspecify.annotations.NullMarked;
