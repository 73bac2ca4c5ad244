package io.octant.pipeline.data;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that know where they lie.
 *
 * @param rows a data frame of a classic session
 * @param file the URI of a row's file, as in {@link io.octant.pipeline.data.splits.FileBlocks}
 * @param row the index of a row in its file, from 0 on
 */
public record TableRows(Dataset<Row> rows, Column file, Column row) {}
