/**
 * Parquet files: looked through by their footers, read by Spark.
 *
 * <p>Nothing knows of it but its line in {@code META-INF/services}.
 */
@NullMarked
package io.octant.pipeline.data.parquet;

import org.jspecify.annotations.NullMarked;
