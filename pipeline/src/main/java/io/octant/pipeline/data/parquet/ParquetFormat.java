package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Parquet. Lists hold the elements of a sample, binary columns their little-endian bytes, folders
 * {@code name=value} are columns. Pages are verified against their checksums unless the Hadoop
 * property {@code parquet.page.verify-checksum.enabled} says otherwise.
 */
public final class ParquetFormat implements DataFormat {

  /** Files, directories or globs of one schema. */
  public static FileSource source(String... paths) {
    return FileSource.of(new ParquetFormat(), List.of(paths));
  }

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public String title() {
    return "Parquet";
  }

  @Override
  public List<String> extensions() {
    return List.of(".parquet", ".parq", ".pq");
  }

  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    return ParquetFiles.of(spark, listing, request);
  }
}
