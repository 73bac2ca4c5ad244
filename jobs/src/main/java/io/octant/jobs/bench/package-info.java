/**
 * Measures sessions of an engine in this process, without Spark.
 *
 * <p>May depend on graph-core, kernels-native, and the models and engines of the pipeline.
 */
@NullMarked
package io.octant.jobs.bench;

import org.jspecify.annotations.NullMarked;
