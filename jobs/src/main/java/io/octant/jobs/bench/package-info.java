/**
 * Measures sessions of an engine in this process, without Spark.
 *
 * <p>May depend on graph-core and kernels-native.
 */
@NullMarked
package io.octant.jobs.bench;

import org.jspecify.annotations.NullMarked;
