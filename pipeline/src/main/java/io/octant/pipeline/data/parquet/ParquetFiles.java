package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.StorageException;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.parquet.FileFacts.Checksums;
import io.octant.pipeline.data.parquet.FileFacts.Reader;
import io.octant.pipeline.data.parquet.FileFacts.State;
import io.octant.pipeline.data.splits.FileBlocks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Parquet files, looked through on the executors before anything is read.
 *
 * @param spark the session that reads them
 * @param roots the paths given, or what their globs match
 * @param readable files to read, by URI
 * @param notParquet how many files are left out
 * @param sampleBytes about how much one sample takes in memory
 */
record ParquetFiles(
    SparkSession spark,
    List<Path> roots,
    List<FileFacts> readable,
    long notParquet,
    long sampleBytes)
    implements Table {

  /** Reading a footer is waiting for storage: more tasks than cores do no harm. */
  private static final int FILES_PER_TASK = 16;

  private static final int WAVE_GROWTH = 4;

  ParquetFiles {
    roots = List.copyOf(roots);
    readable = List.copyOf(readable);
  }

  /**
   * Reads the footers: of all files, or of the first until they hold the rows that are wanted.
   * Files behind those are not of the table, whatever they are.
   *
   * @throws DataException if a file is damaged, or one has other columns than the first
   */
  static ParquetFiles of(SparkSession spark, FileListing listing, TableRequest request) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<FileFacts> readable = new ArrayList<>();
    long notParquet = 0;
    long left = request.limit().orElse(Long.MAX_VALUE);
    Waves waves = new Waves(context, listing.files(), request);
    while (left > 0 && waves.hasNext()) {
      FileFacts facts = waves.next();
      if (facts.state() == State.DAMAGED) {
        throw new DataException(
            "Cannot read data: "
                + DataFile.readable(facts.uri())
                + ": "
                + facts.fault()
                + ", expected a readable Parquet file");
      } else if (facts.state() == State.NOT_PARQUET) {
        notParquet++;
      } else {
        readable.add(facts);
        left -= facts.rows();
      }
    }
    if (!readable.isEmpty()) {
      requireSameColumns(readable, request.columns());
    }
    return new ParquetFiles(spark, listing.roots(), readable, notParquet, request.sampleBytes());
  }

  @Override
  public List<FileBlocks> files() {
    return readable.stream().map(f -> new FileBlocks(f.uri(), f.blocks())).toList();
  }

  @Override
  public long otherFormat() {
    return notParquet;
  }

  @Override
  public long filesWithoutChecksums() {
    return readable.stream().filter(f -> f.checksums() == Checksums.ABSENT).count();
  }

  @Override
  public TableRows rows() {
    Dataset<Row> all = ParquetRows.of(spark, reader(), sampleBytes).load(this);
    Column metadata = all.metadataColumn("_metadata");
    return new TableRows(all, metadata.getField("file_path"), metadata.getField("row_index"));
  }

  /** The fastest reader that knows the encodings of all files. */
  Reader reader() {
    return readable.stream().anyMatch(f -> f.reader() == Reader.ROWS)
        ? Reader.ROWS
        : Reader.VECTORIZED;
  }

  /**
   * What the files are, in their order. With a limit they are looked at in waves that grow, so that
   * a few rows of many files do not take all footers, nor many rows as many jobs.
   */
  private static final class Waves implements Iterator<FileFacts> {
    private final JavaSparkContext context;
    private final List<DataFile> files;
    private final List<String> columns;
    private int wave;
    private int next;
    private Iterator<FileFacts> looked = Collections.emptyIterator();

    Waves(JavaSparkContext context, List<DataFile> files, TableRequest request) {
      this.context = context;
      this.files = files;
      this.columns = request.columns();
      this.wave = request.limit().isPresent() ? FILES_PER_TASK : Math.max(1, files.size());
    }

    @Override
    public boolean hasNext() {
      return looked.hasNext() || next < files.size();
    }

    @Override
    public FileFacts next() {
      if (!looked.hasNext()) {
        int end = (int) Math.min(files.size(), (long) next + wave);
        looked = look(context, files.subList(next, end), columns).iterator();
        next = end;
        wave *= WAVE_GROWTH;
      }
      return looked.next();
    }
  }

  private static List<FileFacts> look(
      JavaSparkContext context, List<DataFile> files, List<String> columns) {
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    try {
      int tasks = (files.size() + FILES_PER_TASK - 1) / FILES_PER_TASK;
      return context
          .parallelize(new ArrayList<>(files), tasks)
          .mapPartitions(new Look(hadoop, List.copyOf(columns)))
          .collect();
    } finally {
      hadoop.destroy();
    }
  }

  private static void requireSameColumns(List<FileFacts> files, List<String> columns) {
    FileFacts first = files.get(0);
    for (FileFacts file : files) {
      for (int i = 0; i < columns.size(); i++) {
        String expected = first.types().get(i);
        String found = file.types().get(i);
        if (!found.equals(expected)) {
          throw new DataException(
              "Cannot read column '"
                  + columns.get(i)
                  + "' of "
                  + DataFile.readable(file.uri())
                  + ": "
                  + (found.isEmpty() ? "absent" : found)
                  + ", expected "
                  + (expected.isEmpty() ? "none" : expected)
                  + " as in "
                  + DataFile.readable(first.uri()));
        }
      }
    }
  }

  /** Reads the footers of a partition's files. */
  private record Look(Broadcast<SerializableConfiguration> hadoop, List<String> columns)
      implements FlatMapFunction<Iterator<DataFile>, FileFacts> {

    @Override
    public Iterator<FileFacts> call(Iterator<DataFile> files) {
      Configuration configuration = hadoop.value().value();
      FooterReader reader = new FooterReader(columns);
      List<FileFacts> facts = new ArrayList<>();
      while (files.hasNext()) {
        DataFile file = files.next();
        try {
          facts.add(reader.read(file.path().getFileSystem(configuration), file));
        } catch (IOException | FSError e) {
          // Thrown, so that Spark tries again. An FSError is a local disk that is full or broken.
          throw StorageException.of(file.path().toString(), e);
        }
      }
      return facts.iterator();
    }
  }
}
