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
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkThrowable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A table or view by the name that the Spark session has for it, or what a data source of Spark's
 * gives for its options, such as a table of Delta or of a database. Immutable: the {@code with…}
 * methods return another.
 *
 * <p>Its rows have no order and no files that could be told from others: there is no limit, nothing
 * that was computed from them can be found again, and two runs over it never count as the same.
 * Rows are counted before they are read, so that a job still ends with the comparison. The row that
 * a message names is a partition's number times 2<sup>33</sup> and an index in it.
 */
public final class TableSource implements DataSource {
  private final Origin origin;
  private final Map<String, ColumnBinding> columns;
  private final Optional<String> label;
  private final Selection selection;
  private final OptionalInt partitions;
  private final Damaged damaged;
  private final String once = UUID.randomUUID().toString();

  private TableSource(
      Origin origin,
      Map<String, ColumnBinding> columns,
      Optional<String> label,
      Selection selection,
      OptionalInt partitions,
      Damaged damaged) {
    this.origin = origin;
    this.columns = Map.copyOf(columns);
    this.label = label;
    this.selection = selection;
    this.partitions = partitions;
    this.damaged = damaged;
  }

  /** A table, as Spark's SQL names it. */
  public static TableSource of(String name) {
    return of(
        new Origin("table " + name, "a table that the session knows", spark -> spark.table(name)));
  }

  /**
   * What one of Spark's data sources reads.
   *
   * @param format as {@code spark.read} has it: a short name or a class
   * @param options of the format; they may hold secrets and are in no message
   * @param path empty for a format without
   */
  public static TableSource of(String format, Map<String, String> options, Optional<String> path) {
    Map<String, String> given = new TreeMap<>(options);
    return of(
        new Origin(
            format + " data" + path.map(p -> " " + p).orElse(""),
            "one of "
                + String.join(", ", DataFormats.names())
                + ", or a format of Spark's that is on its class path, with its options",
            spark -> {
              DataFrameReader reader = spark.read().format(format).options(given);
              return path.map(reader::load).orElseGet(reader::load);
            }));
  }

  private static TableSource of(Origin origin) {
    return new TableSource(
        origin, Map.of(), Optional.empty(), Selection.ALL, OptionalInt.empty(), Damaged.REFUSE);
  }

  /**
   * Where rows come from.
   *
   * @param expected what it should have been, for a message
   */
  private record Origin(
      String description, String expected, Function<SparkSession, Dataset<Row>> load) {}

  /** Binds a model input to a column; without, it takes the column of its own name. */
  public TableSource withColumn(String input, ColumnBinding column) {
    Map<String, ColumnBinding> more = new LinkedHashMap<>(columns);
    more.put(input, column);
    return new TableSource(origin, more, label, selection, partitions, damaged);
  }

  /** Reads class numbers from an integer column. */
  public TableSource withLabel(String column) {
    return new TableSource(origin, columns, Optional.of(column), selection, partitions, damaged);
  }

  /** Takes only rows of which a condition in Spark's SQL is true. */
  public TableSource withFilter(String condition) {
    Selection filtered = selection.withFilter(condition);
    return new TableSource(origin, columns, label, filtered, partitions, damaged);
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
    return new TableSource(origin, columns, label, part, partitions, damaged);
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
    return new TableSource(
        origin, columns, label, selection.withHoldOut(part), partitions, damaged);
  }

  /** Reads in so many tasks at most; a table of fewer partitions is not cut. */
  public TableSource withPartitions(int count) {
    if (count < 1) {
      throw new DataException(
          "Cannot partition " + description() + ": " + count + " partitions, expected at least 1");
    }
    return new TableSource(origin, columns, label, selection, OptionalInt.of(count), damaged);
  }

  /** Says what becomes of rows that do not fit. */
  public TableSource withDamaged(Damaged what) {
    return new TableSource(origin, columns, label, selection, partitions, what);
  }

  @Override
  public boolean hasLabels() {
    return label.isPresent();
  }

  @Override
  public String description() {
    return origin.description();
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
  public Optional<String> check(Configuration hadoop, List<SampleField> inputs) {
    BoundRows.bindings(columns, inputs);
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
            "",
            damaged);
    JavaRDD<InternalRow> rows = bound.rows().toJavaRDD();
    boolean merged = partitions.orElse(Integer.MAX_VALUE) < rows.getNumPartitions();
    return new Samples<>(
        rows,
        List.of(),
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
      return origin.load().apply(ClassicSession.of(spark));
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
                          + message(e)
                          + ", expected "
                          + origin.expected(),
                      e));
    }
  }

  /** What Spark says rather than what it met, which is a class that it did not find. */
  private static String message(Exception e) {
    return e instanceof SparkThrowable && e.getMessage() != null
        ? e.getMessage().lines().findFirst().orElse("")
        : FileFailure.rootMessage(e);
  }

  /** The name as a decoder names the file of a row. */
  private String uri() {
    try {
      return new URI("table", null, "/" + description().replaceFirst("^table ", ""), null)
          .toString();
    } catch (URISyntaxException e) {
      throw new DataException("Cannot read " + description() + ": " + e.getMessage(), e);
    }
  }
}
