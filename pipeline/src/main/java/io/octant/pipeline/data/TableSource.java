package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A table or view by the name that the Spark session has for it, files of any format of Spark's
 * among them ({@code orc.`/data/train`}). Immutable: the {@code with…} methods return another.
 *
 * <p>Its rows have no order and no files that could be told from others: there is no limit, nothing
 * that was computed from them can be found again, and two runs over it never count as the same.
 * Rows are counted before they are read, so that a job still ends with the comparison. The row that
 * a message names is a partition's number times 2<sup>33</sup> and an index in it.
 */
public final class TableSource implements DataSource {
  private final String name;
  private final Map<String, ColumnBinding> columns;
  private final Optional<String> label;
  private final Selection selection;
  private final OptionalInt partitions;
  private final String once = UUID.randomUUID().toString();

  private TableSource(
      String name,
      Map<String, ColumnBinding> columns,
      Optional<String> label,
      Selection selection,
      OptionalInt partitions) {
    this.name = name;
    this.columns = Map.copyOf(columns);
    this.label = label;
    this.selection = selection;
    this.partitions = partitions;
  }

  /** A table, as Spark's SQL names it. */
  public static TableSource of(String name) {
    return new TableSource(name, Map.of(), Optional.empty(), Selection.ALL, OptionalInt.empty());
  }

  /** Binds a model input to a column; without, it takes the column of its own name. */
  public TableSource withColumn(String input, ColumnBinding column) {
    Map<String, ColumnBinding> more = new LinkedHashMap<>(columns);
    more.put(input, column);
    return new TableSource(name, more, label, selection, partitions);
  }

  /** Reads class numbers from an integer column. */
  public TableSource withLabel(String column) {
    return new TableSource(name, columns, Optional.of(column), selection, partitions);
  }

  /** Takes only rows of which a condition in Spark's SQL is true. */
  public TableSource withFilter(String condition) {
    Selection filtered = selection.withFilter(condition);
    return new TableSource(name, columns, label, filtered, partitions);
  }

  /**
   * Takes only a part of the rows by chance.
   *
   * @throws DataException without a key column, as rows have no place of their own
   */
  public TableSource withSubset(Subset subset) {
    if (subset.key().isEmpty()) {
      throw new DataException(
          "Cannot sample "
              + description()
              + ": its rows have no place of their own, expected a key column");
    }
    Selection part = selection.withSubset(subset);
    return new TableSource(name, columns, label, part, partitions);
  }

  /**
   * Takes only one of two parts of what filter and sample keep.
   *
   * @throws DataException without a key column, as rows have no place of their own
   */
  public TableSource withHoldOut(HoldOut part) {
    if (part.key().isEmpty()) {
      throw new DataException(
          "Cannot split "
              + description()
              + ": its rows have no place of their own, expected a key column");
    }
    return new TableSource(name, columns, label, selection.withHoldOut(part), partitions);
  }

  /** Reads in so many tasks at most; a table of fewer partitions is not cut. */
  public TableSource withPartitions(int count) {
    if (count < 1) {
      throw new DataException(
          "Cannot partition " + description() + ": " + count + " partitions, expected at least 1");
    }
    return new TableSource(name, columns, label, selection, OptionalInt.of(count));
  }

  @Override
  public boolean hasLabels() {
    return label.isPresent();
  }

  @Override
  public String description() {
    return "table " + name;
  }

  /** Another text for every source: what is in a table can change without a trace. */
  @Override
  public String identity(Configuration hadoop) {
    return description() + " " + once;
  }

  @Override
  public Optional<FileListing> files(Configuration hadoop) {
    return Optional.empty();
  }

  @Override
  public Samples<InternalRow> open(SparkSession spark, List<SampleField> inputs) {
    List<ColumnBinding> bindings = BoundRows.bindings(columns, inputs);
    Dataset<Row> table = load(spark);
    BoundRows bound =
        BoundRows.of(
            new TableRows(table, lit(uri()), monotonically_increasing_id()),
            new TableColumns(description(), table.schema()),
            bindings,
            inputs,
            label,
            selection,
            "");
    JavaRDD<InternalRow> rows = bound.rows().toJavaRDD();
    boolean merged = partitions.orElse(Integer.MAX_VALUE) < rows.getNumPartitions();
    return new Samples<>(
        rows,
        List.of(),
        merged ? rows.coalesce(partitions.getAsInt()) : rows,
        description(),
        bound.decoder(),
        inputs,
        description(),
        new DataFacts(0, table.count(), SkippedFiles.NONE, List.of(), 0));
  }

  private Dataset<Row> load(SparkSession spark) {
    try {
      return ClassicSession.of(spark).table(name);
    } catch (DataException e) {
      throw e;
    } catch (Exception e) {
      // Scala throws checked exceptions unchecked.
      throw FileFailure.find(e)
          .orElseGet(
              () ->
                  new DataException(
                      "Cannot read "
                          + description()
                          + ": "
                          + FileFailure.rootMessage(e)
                          + ", expected a table that the session knows",
                      e));
    }
  }

  /** The name as a decoder names the file of a row. */
  private String uri() {
    try {
      return new URI("table", null, "/" + name, null).toString();
    } catch (URISyntaxException e) {
      throw new DataException("Cannot read " + description() + ": " + e.getMessage(), e);
    }
  }
}
