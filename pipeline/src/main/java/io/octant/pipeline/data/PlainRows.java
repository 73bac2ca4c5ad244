package io.octant.pipeline.data;

import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;

/**
 * Rows that nothing is to be reckoned from: read without Spark's SQL, whose start takes seconds.
 *
 * @param schema of the columns
 * @param rows the columns in this order, then the URI of a row's file and its index there, as in
 *     {@link TableRows}; at the bottom of them is a {@link io.octant.pipeline.data.splits.PieceRdd}
 */
public record PlainRows(StructType schema, RDD<InternalRow> rows) {}
