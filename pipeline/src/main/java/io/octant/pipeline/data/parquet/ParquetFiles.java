package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.DamagedFiles;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileListing;
import io.octant.pipeline.data.FileWaves;
import io.octant.pipeline.data.PlainRows;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRequest;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.parquet.FileFacts.Checksums;
import io.octant.pipeline.data.parquet.FileFacts.Reader;
import io.octant.pipeline.data.parquet.FileFacts.State;
import io.octant.pipeline.data.splits.FileBlocks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Parquet files, looked through on the executors before anything is read.
 *
 * @param spark the session that reads them
 * @param roots the paths given, or what their globs match
 * @param readable files to read, by URI
 * @param notParquet how many files are left out
 * @param columns that will be read
 * @param sampleBytes about how much one sample takes in memory
 */
record ParquetFiles(
    SparkSession spark,
    List<Path> roots,
    List<FileFacts> readable,
    long notParquet,
    List<String> columns,
    long sampleBytes)
    implements Table {

  ParquetFiles {
    roots = List.copyOf(roots);
    readable = List.copyOf(readable);
    columns = List.copyOf(columns);
  }

  /**
   * Reads the footers: of all files, or of the first until they hold the rows that are wanted.
   * Files behind those are not of the table, whatever they are.
   *
   * @throws DataException if a file is damaged and that is refused, or one has other columns than
   *     the first
   */
  static ParquetFiles of(SparkSession spark, FileListing listing, TableRequest request) {
    List<FileFacts> readable = new ArrayList<>();
    long notParquet = 0;
    long left = request.limit().orElse(Long.MAX_VALUE);
    List<String> columns = request.columns().stream().distinct().toList();
    FooterReader footers = new FooterReader(columns);
    FileWaves<FileFacts> waves = new FileWaves<>(spark, listing, request, footers::read);
    while (left > 0 && waves.hasNext()) {
      FileFacts facts = waves.next();
      if (facts.state() == State.DAMAGED) {
        request.damaged().found(facts.uri(), facts.fault(), "a readable Parquet file");
      } else if (facts.state() == State.UNFIT) {
        throw DamagedFiles.refusal(facts.uri(), facts.fault(), "a readable Parquet file");
      } else if (facts.state() == State.NOT_PARQUET) {
        notParquet++;
      } else {
        readable.add(facts);
        left -= facts.rows();
      }
    }
    if (!readable.isEmpty()) {
      requireSameColumns(readable, columns);
      FolderColumns.require(listing.roots(), readable, columns);
    }
    ParquetFiles files =
        new ParquetFiles(
            spark, listing.roots(), readable, notParquet, columns, request.sampleBytes());
    files.requireReader();
    return files;
  }

  /** One reader reads all files: those that only pages can be read of have none beside others. */
  private void requireReader() {
    if (reader() != Reader.PAGES) {
      for (FileFacts facts : readable) {
        if (!facts.fault().isEmpty()) {
          throw DamagedFiles.refusal(facts.uri(), facts.fault(), "a readable Parquet file");
        }
      }
    }
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
    return ParquetRows.of(spark, reader(), sampleBytes).load(this);
  }

  @Override
  public Optional<PlainRows> plain(List<String> wanted) {
    if (reader() != Reader.PAGES || !columns.containsAll(wanted)) {
      return Optional.empty();
    }
    StructType schema = new StructType();
    for (String column : wanted) {
      schema = schema.add(column, kind(column).type());
    }
    return Optional.of(new PlainRows(schema, ParquetRows.pages(spark.sparkContext(), wanted)));
  }

  /** What a column is for {@link PageRows}: of all files, as their types are alike. */
  PageColumn.Kind kind(String column) {
    return readable.get(0).kinds().get(columns.indexOf(column));
  }

  /** The fastest reader that knows all files. */
  Reader reader() {
    return readable.stream()
        .map(FileFacts::reader)
        .max(Comparator.naturalOrder())
        .orElse(Reader.VECTORIZED);
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
}
