package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.parquet.FileFacts.Reader;
import io.octant.pipeline.data.splits.PieceRdd;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The rows of files, read by {@link PageRows} where that knows their columns, else by Spark so that
 * nothing is lost or guessed: pages are verified against their checksums, damaged and vanished
 * files are errors whatever the session says, paths are no globs, and names have a case.
 *
 * @param spark a session of its own
 */
record ParquetRows(org.apache.spark.sql.classic.SparkSession spark) {
  private static final String FILE = "octant_file";
  private static final String ROW = "octant_row";
  private static final String VERIFY = "parquet.page.verify-checksum.enabled";
  private static final int MOST_ROWS = 4096;
  private static final long BUFFER_BYTES = 8L << 20;

  /**
   * Sets up a session.
   *
   * @param rowBytes about how much one row takes in memory
   */
  static ParquetRows of(SparkSession shared, Reader reader, long rowBytes) {
    org.apache.spark.sql.classic.SparkSession own = ClassicSession.forFiles(shared);
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

  /** All rows of the readable files; read by Spark, columns of partition folders included. */
  TableRows load(ParquetFiles files) {
    String first = DataFile.readable(files.readable().get(0).uri());
    try {
      if (files.reader() == Reader.PAGES && !isOurs(files.columns())) {
        return pages(files);
      }
      StructType schema = reader().parquet(first).schema();
      Dataset<Row> all =
          reader()
              .schema(schema)
              .parquet(files.roots().stream().map(Path::toString).toArray(String[]::new));
      Column metadata = all.metadataColumn("_metadata");
      return new TableRows(all, metadata.getField("file_path"), metadata.getField("row_index"));
    } catch (Exception e) {
      // Scala throws checked exceptions unchecked.
      throw FileFailure.find(e).orElseGet(() -> FileFailure.of(first, e));
    }
  }

  /** Whether a column has the name of one that is added to it. */
  private static boolean isOurs(List<String> columns) {
    return columns.contains(FILE) || columns.contains(ROW);
  }

  private TableRows pages(ParquetFiles files) {
    StructType wanted = new StructType();
    for (String column : files.columns()) {
      wanted = wanted.add(column, files.kind(column).type());
    }
    Dataset<Row> rows =
        spark.internalCreateDataFrame(
            pages(spark.sparkContext(), files.columns()),
            wanted.add(FILE, DataTypes.StringType).add(ROW, DataTypes.LongType),
            false);
    return new TableRows(rows, rows.col(FILE), rows.col(ROW));
  }

  /** Columns, then file and index, as {@link PageRows} reads them. */
  static RDD<InternalRow> pages(SparkContext shared, List<String> columns) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(shared);
    return new PieceRdd<>(
        shared,
        new PageRows(
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())),
            columns,
            context.hadoopConfiguration().getBoolean(VERIFY, true)));
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
