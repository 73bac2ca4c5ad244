package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.DataFormat;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SparkTypes;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

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

  /** As its footer has them, or as Spark has noted there what it wrote. */
  @Override
  public Optional<StructType> columns(FileSystem fs, DataFile file) throws Exception {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(file.path(), fs.getConf()))) {
      FileMetaData metadata = reader.getFileMetaData();
      String noted = metadata.getKeyValueMetaData().get(FooterReader.SPARKS_SCHEMA);
      return Optional.of(
          noted != null && DataType.fromJson(noted) instanceof StructType columns
              ? columns
              : SparkTypes.of(metadata.getSchema()));
    }
  }

  @Override
  public Table look(SparkSession spark, FileListing listing, TableRequest request) {
    return ParquetFiles.of(spark, listing, request);
  }
}
