/**
 * Samples: from files on any Hadoop file system to fixed-size batches of tensors.
 *
 * <p>A {@link io.octant.pipeline.data.DataSource} describes on the driver where samples lie; on the
 * executors a {@link io.octant.pipeline.data.SampleDecoder} writes one record after the other into
 * a {@link io.octant.pipeline.data.BatchBuffer}. Nothing here holds more than one batch, and no
 * value is boxed on the way.
 */
@NullMarked
package io.octant.pipeline.data;

import org.jspecify.annotations.NullMarked;
