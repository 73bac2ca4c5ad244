/**
 * The steps from a model file to its int8 form, the same on driver and executors.
 *
 * <p>{@link io.octant.pipeline.model.ModelSteps} makes every intermediate graph from the model's
 * bytes and the configuration alone; {@link io.octant.pipeline.model.ModelSource} carries those two
 * to the executors.
 */
@NullMarked
package io.octant.pipeline.model;

import org.jspecify.annotations.NullMarked;
