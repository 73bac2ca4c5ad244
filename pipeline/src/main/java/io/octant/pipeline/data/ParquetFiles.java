package io.octant.pipeline.data;

import io.octant.pipeline.data.FileFacts.Checksums;
import io.octant.pipeline.data.FileFacts.Reader;
import io.octant.pipeline.data.FileFacts.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The files of a source, looked through on the executors before anything is read.
 *
 * @param roots the paths given, or what their globs match
 * @param readable files to read, by URI
 * @param notParquet files to leave out, by URI
 * @param skipped everything that is not read
 */
record ParquetFiles(
    List<Path> roots, List<FileFacts> readable, List<String> notParquet, SkippedFiles skipped) {

  /** Reading a footer is waiting for storage: more tasks than cores do no harm. */
  private static final int FILES_PER_TASK = 16;

  ParquetFiles {
    roots = List.copyOf(roots);
    readable = List.copyOf(readable);
    notParquet = List.copyOf(notParquet);
  }

  /**
   * Lists the files and reads their footers.
   *
   * @param description of the paths, for messages
   * @param columns that are to be read
   * @throws DataException if there is no file, or one is damaged, or one has other columns than the
   *     first
   */
  static ParquetFiles of(
      SparkSession spark, List<String> paths, String description, List<String> columns) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    FileListing listing = FileListing.of(context.hadoopConfiguration(), paths);
    List<FileFacts> readable = new ArrayList<>();
    List<String> notParquet = new ArrayList<>();
    for (FileFacts facts : look(context, listing.files(), columns)) {
      if (facts.state() == State.DAMAGED) {
        throw new DataException(
            "Cannot read data: "
                + DataFile.readable(facts.uri())
                + ": "
                + facts.fault()
                + ", expected a readable Parquet file");
      } else if (facts.state() == State.NOT_PARQUET) {
        notParquet.add(facts.uri());
      } else {
        readable.add(facts);
      }
    }
    SkippedFiles skipped = listing.skipped().withNotParquet(notParquet.size());
    if (readable.isEmpty()) {
      String lies = skipped.inWords();
      throw new DataException(
          "Cannot read data: "
              + description
              + ": no Parquet file in it"
              + (lies.isEmpty() ? "" : " (files left out: " + lies + ")")
              + ", expected at least one");
    }
    requireSameColumns(readable, columns);
    return new ParquetFiles(listing.roots(), readable, notParquet, skipped);
  }

  long rows() {
    return readable.stream().mapToLong(FileFacts::rows).sum();
  }

  long filesWithoutChecksums() {
    return readable.stream().filter(f -> f.checksums() == Checksums.ABSENT).count();
  }

  /** The fastest reader that knows the encodings of all files. */
  Reader reader() {
    return readable.stream().anyMatch(f -> f.reader() == Reader.ROWS)
        ? Reader.ROWS
        : Reader.VECTORIZED;
  }

  private static List<FileFacts> look(
      JavaSparkContext context, List<DataFile> files, List<String> columns) {
    if (files.isEmpty()) {
      return List.of();
    }
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    try {
      int tasks = (files.size() + FILES_PER_TASK - 1) / FILES_PER_TASK;
      List<FileFacts> facts =
          context
              .parallelize(files, tasks)
              .mapPartitions(new Look(hadoop, List.copyOf(columns)))
              .collect();
      return facts.stream()
          .sorted(Comparator.comparing(FileFacts::uri, Utf8Order.INSTANCE))
          .toList();
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
        } catch (IOException e) {
          // Thrown, so that Spark tries again.
          throw StorageException.of(file.path().toString(), e);
        }
      }
      return facts.iterator();
    }
  }
}
