/**
 * Samples: from files on any Hadoop file system to fixed-size batches of tensors.
 *
 * <p>A {@link io.octant.pipeline.data.DataSource} describes on the driver where samples lie. {@link
 * io.octant.pipeline.data.FileSource} is the one over files: it lists them, and leaves to a {@link
 * io.octant.pipeline.data.DataFormat} only how rows are counted and read (ADR 19 in docs/adr). On
 * the executors a {@link io.octant.pipeline.data.SampleDecoder} writes one record after the other
 * into a {@link io.octant.pipeline.data.BatchBuffer}. Nothing here holds more than one batch, and
 * no value is boxed on the way. Knows no format by name.
 */
@NullMarked
package io.octant.pipeline.data;

import org.jspecify.annotations.NullMarked;
