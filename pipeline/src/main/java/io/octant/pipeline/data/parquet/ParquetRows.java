package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.parquet.FileFacts.Reader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Lets Spark read files so that nothing is lost or guessed: pages are verified against their
 * checksums, damaged and vanished files are errors whatever the session says, paths are no globs,
 * and names have a case.
 *
 * @param spark a session of its own
 */
record ParquetRows(SparkSession spark) {
  private static final String VERIFY = "parquet.page.verify-checksum.enabled";
  private static final int MOST_ROWS = 4096;
  private static final long BUFFER_BYTES = 8L << 20;

  /**
   * Sets up a session.
   *
   * @param rowBytes about how much one row takes in memory
   */
  static ParquetRows of(SparkSession shared, Reader reader, long rowBytes) {
    SparkSession own = ClassicSession.forFiles(shared);
    // The other version has no index of a row in its file.
    own.conf().set("spark.sql.sources.useV1SourceList", "parquet");
    own.conf().set("spark.sql.parquet.binaryAsString", "false");
    own.conf()
        .set("spark.sql.parquet.enableVectorizedReader", String.valueOf(reader != Reader.ROWS));
    // Spark decodes so many rows at once; its default of 4,096 images would fill the heap.
    long rows = Math.max(1, Math.min(MOST_ROWS, BUFFER_BYTES / Math.max(1, rowBytes)));
    own.conf().set("spark.sql.parquet.columnarReaderBatchSize", String.valueOf(rows));
    return new ParquetRows(own);
  }

  /** All rows of the readable files; columns of partition folders included. */
  Dataset<Row> load(ParquetFiles files) {
    String first = DataFile.readable(files.readable().get(0).uri());
    try {
      StructType schema = reader().parquet(first).schema();
      return reader()
          .schema(schema)
          .parquet(files.roots().stream().map(Path::toString).toArray(String[]::new));
    } catch (Exception e) {
      // Scala throws checked exceptions unchecked.
      throw FileFailure.find(e).orElseGet(() -> FileFailure.of(first, e));
    }
  }

  private DataFrameReader reader() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    DataFrameReader reader =
        spark
            .read()
            .option("__globPaths__", "false")
            .option("ignoreCorruptFiles", "false")
            .option("ignoreMissingFiles", "false")
            .option("mergeSchema", "false");
    return hadoop.get(VERIFY) == null ? reader.option(VERIFY, "true") : reader;
  }
}
