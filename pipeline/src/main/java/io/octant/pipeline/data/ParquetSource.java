package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Parquet files on any Hadoop file system. A model input is one array or binary column; a sample is
 * one row. Immutable: the {@code with…} methods return another source.
 *
 * <ul>
 *   <li>Array columns hold the elements of one sample, row-major. Elements convert as {@link
 *       ElementType} says. Binary columns hold the elements as little-endian bytes.
 *   <li>A limit takes the first rows in the order of file path and row index: the same rows in
 *       every run, however the files are split.
 *   <li>Without a partition count there is one partition for each file split. A smaller count
 *       merges neighbours; a larger one moves rows over the network, by a hash of where they lie.
 * </ul>
 */
public final class ParquetSource implements DataSource {
  private static final String FILE = "octant_file_path";
  private static final String ROW = "octant_row_index";

  private final List<String> paths;
  private final Map<String, String> columns;
  private final Optional<String> label;
  private final OptionalLong limit;
  private final OptionalInt partitions;

  private ParquetSource(
      List<String> paths,
      Map<String, String> columns,
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
    Map<String, String> more = new LinkedHashMap<>(columns);
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

  @Override
  public Samples<InternalRow> open(SparkSession spark, List<SampleField> inputs) {
    Dataset<Row> files = load(spark);
    ParquetColumns bound = new ParquetColumns(description(), files.schema());
    bound.requireInputs(columns.keySet(), inputs);
    List<RowDecoder.InputColumn> inputColumns = new ArrayList<>();
    List<Column> selected = new ArrayList<>();
    for (SampleField field : inputs) {
      String name = columns.getOrDefault(field.input(), field.input());
      inputColumns.add(bound.input(name, field));
      selected.add(col("`" + name + "`"));
    }
    List<RowDecoder.LabelColumn> labelColumn = new ArrayList<>();
    label.ifPresent(
        name -> {
          labelColumn.add(bound.label(name));
          selected.add(col("`" + name + "`"));
        });
    Column metadata = files.metadataColumn("_metadata");
    selected.add(metadata.getField("file_path").as(FILE));
    selected.add(metadata.getField("row_index").as(ROW));
    Dataset<Row> rows = files.select(selected.toArray(new Column[0]));
    if (limit.isPresent()) {
      rows = new FirstRows(FILE, ROW).of(rows, limit.getAsLong());
    }
    RowDecoder decoder = new RowDecoder(inputColumns, labelColumn);
    return new Samples<>(partitioned(rows), decoder, inputs, description());
  }

  private Dataset<Row> load(SparkSession spark) {
    try {
      return spark.read().parquet(paths.toArray(new String[0]));
    } catch (Exception e) {
      // Scala throws AnalysisException unchecked though Java sees it as checked.
      String condition = e instanceof AnalysisException a ? String.valueOf(a.getCondition()) : "";
      String why =
          switch (condition) {
            case "PATH_NOT_FOUND" -> "no such file, expected an existing file or directory";
            case "UNABLE_TO_INFER_SCHEMA" -> "no Parquet file in it, expected at least one";
            default -> "not readable as Parquet (" + FileFailure.rootMessage(e) + ")";
          };
      throw new DataException("Cannot read data: " + description() + ": " + why, e);
    }
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
