/**
 * Quantization-aware training on Spark: synchronous steps whose result is a function of model,
 * samples, settings and seed alone, for any partitioning, retries and number of executors (ADR 47).
 *
 * <p>A step cuts its samples into micro-batches that do not depend on where the samples lie; each
 * runs as a single process would, from the state of the step's beginning; what they find is added
 * without regard to the order.
 */
@NullMarked
package io.octant.pipeline.training;

import org.jspecify.annotations.NullMarked;
