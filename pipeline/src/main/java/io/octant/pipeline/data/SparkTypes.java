package io.octant.pipeline.data;

import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/** The types that Spark reads the columns of a Parquet file as, without a session. */
public final class SparkTypes {
  private SparkTypes() {}

  /** Those of a file's schema, as Spark's settings are by default. */
  public static StructType of(MessageType schema) {
    return new ParquetToSparkSchemaConverter(new SQLConf()).convert(schema);
  }
}
