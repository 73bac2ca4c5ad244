/**
 * Arrow's IPC files and streams, with compressed batches and dictionaries.
 *
 * <p>The format is Apache Arrow's columnar format, version 1.5; batches are decoded by Arrow's own
 * Java library, which is Spark's. Nothing depends on this package but its registration.
 */
@NullMarked
package io.octant.pipeline.data.arrow;

import org.jspecify.annotations.NullMarked;
