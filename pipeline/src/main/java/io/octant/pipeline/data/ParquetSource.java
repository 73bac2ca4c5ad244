package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.not;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Parquet files on any Hadoop file system. A model input is one column; a sample is one row.
 * Immutable: the {@code with…} methods return another source.
 *
 * <ul>
 *   <li>List columns hold the elements of one sample, row-major in one list, or in lists of lists
 *       as the input's shape has them, with or without its axes of size 1. Binary columns hold the
 *       elements as little-endian bytes. Elements convert as {@link ElementCopy} and {@link
 *       ColumnBinding} say; integers that do not fit are refused.
 *   <li>A limit takes the first rows in the order of file path and row index: the same rows in
 *       every run, however the files are split.
 *   <li>Without a partition count there is one partition for each file split. A smaller count
 *       merges neighbours; a larger one moves rows over the network, by a hash of where they lie.
 *   <li>Pages are verified against their checksums unless the Hadoop property {@code
 *       parquet.page.verify-checksum.enabled} says otherwise.
 * </ul>
 */
public final class ParquetSource implements DataSource {
  private static final String FILE = "octant_file_path";
  private static final String ROW = "octant_row_index";

  private final List<String> paths;
  private final Map<String, ColumnBinding> columns;
  private final Optional<String> label;
  private final OptionalLong limit;
  private final OptionalInt partitions;

  private ParquetSource(
      List<String> paths,
      Map<String, ColumnBinding> columns,
      Optional<String> label,
      OptionalLong limit,
      OptionalInt partitions) {
    this.paths = List.copyOf(paths);
    this.columns = Map.copyOf(columns);
    this.label = label;
    this.limit = limit;
    this.partitions = partitions;
  }

  /** Files, directories or globs of one schema. */
  public static ParquetSource of(List<String> paths) {
    if (paths.isEmpty()) {
      throw new DataException("Cannot read Parquet data: no path, expected at least one");
    }
    return new ParquetSource(
        paths, Map.of(), Optional.empty(), OptionalLong.empty(), OptionalInt.empty());
  }

  public static ParquetSource of(String path) {
    return of(List.of(path));
  }

  /** Binds a model input to a column; without, it takes the column of its own name. */
  public ParquetSource withColumn(String input, String column) {
    return withColumn(input, ColumnBinding.of(column));
  }

  /** Binds a model input to a column whose values are converted. */
  public ParquetSource withColumn(String input, ColumnBinding column) {
    Map<String, ColumnBinding> more = new LinkedHashMap<>(columns);
    more.put(input, column);
    return new ParquetSource(paths, more, label, limit, partitions);
  }

  /** Reads class numbers from an integer column. */
  public ParquetSource withLabel(String column) {
    return new ParquetSource(paths, columns, Optional.of(column), limit, partitions);
  }

  /** Takes only the first rows. */
  public ParquetSource withLimit(long samples) {
    if (samples < 1) {
      throw new DataException(
          "Cannot limit " + description() + ": " + samples + " samples, expected at least 1");
    }
    return new ParquetSource(paths, columns, label, OptionalLong.of(samples), partitions);
  }

  /** Reads in so many tasks. */
  public ParquetSource withPartitions(int count) {
    if (count < 1) {
      throw new DataException(
          "Cannot partition " + description() + ": " + count + " partitions, expected at least 1");
    }
    return new ParquetSource(paths, columns, label, limit, OptionalInt.of(count));
  }

  @Override
  public boolean hasLabels() {
    return label.isPresent();
  }

  @Override
  public String description() {
    return String.join(", ", paths);
  }

  /** Partitions are not part of it: they change no result. */
  @Override
  public String identity(Configuration hadoop) {
    StringBuilder text = new StringBuilder("parquet ");
    text.append(new TreeMap<>(columns)).append(' ').append(label).append(' ').append(limit);
    for (DataFile file : FileListing.of(hadoop, paths).files()) {
      text.append('\n').append(file);
    }
    return text.toString();
  }

  @Override
  public Samples<InternalRow> open(SparkSession spark, List<SampleField> inputs) {
    ParquetColumns.requireInputs(columns.keySet(), inputs);
    List<ColumnBinding> bindings = new ArrayList<>();
    for (SampleField field : inputs) {
      bindings.add(columns.getOrDefault(field.input(), ColumnBinding.of(field.input())));
    }
    List<String> names = new ArrayList<>(bindings.stream().map(ColumnBinding::column).toList());
    label.ifPresent(names::add);
    ParquetFiles files = ParquetFiles.of(spark, paths, description(), names);
    Dataset<Row> all = ParquetRows.of(spark, files.reader(), rowBytes(inputs)).load(files);
    ParquetColumns bound = new ParquetColumns(description(), all.schema());
    List<TensorColumn> inputColumns = new ArrayList<>();
    List<Column> selected = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      inputColumns.add(bound.input(bindings.get(i), inputs.get(i)));
      selected.add(column(bound, names.get(i), selected.size()));
    }
    List<RowDecoder.LabelColumn> labelColumn = new ArrayList<>();
    label.ifPresent(
        name -> {
          labelColumn.add(bound.label(name));
          selected.add(column(bound, name, selected.size()));
        });
    Column metadata = all.metadataColumn("_metadata");
    selected.add(metadata.getField("file_path").as(FILE));
    selected.add(metadata.getField("row_index").as(ROW));
    Dataset<Row> rows = all.select(selected.toArray(new Column[0]));
    if (!files.notParquet().isEmpty()) {
      rows = rows.where(not(col(FILE).isin(files.notParquet().toArray())));
    }
    long samples = files.rows();
    if (limit.isPresent()) {
      samples = Math.min(samples, limit.getAsLong());
      rows = new FirstRows(FILE, ROW).of(rows, files.readable(), limit.getAsLong());
    }
    return new Samples<>(
        partitioned(rows),
        new RowDecoder(inputColumns, labelColumn),
        inputs,
        description(),
        new DataFacts(
            files.readable().size(), samples, files.skipped(), files.filesWithoutChecksums()));
  }

  /** A column under a name of ours, which no other column has. */
  private static Column column(ParquetColumns bound, String name, int ordinal) {
    return col(bound.load(name, "the model").expression()).as("octant_" + ordinal);
  }

  private static long rowBytes(List<SampleField> inputs) {
    return inputs.stream().mapToLong(f -> 8L * f.numel()).sum();
  }

  private JavaRDD<InternalRow> partitioned(Dataset<Row> rows) {
    int natural = rowsOf(rows).getNumPartitions();
    if (partitions.isEmpty() || partitions.getAsInt() == natural) {
      return rowsOf(rows);
    }
    int wanted = partitions.getAsInt();
    return rowsOf(
        wanted < natural ? rows.coalesce(wanted) : rows.repartition(wanted, col(FILE), col(ROW)));
  }

  /**
   * The rows as Spark holds them inside. The public way, {@code Dataset.rdd}, makes a boxed object
   * of every float.
   */
  private static JavaRDD<InternalRow> rowsOf(Dataset<Row> rows) {
    if (rows instanceof org.apache.spark.sql.classic.Dataset<Row> classic) {
      return classic.queryExecution().toRdd().toJavaRDD();
    }
    throw new DataException(
        "Cannot read data in a session of "
            + rows.getClass().getName()
            + ", expected a classic Spark session, not Spark Connect");
  }
}
