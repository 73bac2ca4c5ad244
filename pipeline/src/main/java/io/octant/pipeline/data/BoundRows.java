package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows of a data frame that have exactly the columns that a decoder reads.
 *
 * @param rows as Spark holds them inside
 * @param index ordinal of the index of a row in its file
 * @param decoder turns them into samples
 */
record BoundRows(RDD<InternalRow> rows, int index, SampleDecoder<InternalRow> decoder) {

  /**
   * The columns of the inputs, by the binding or by their own names.
   *
   * @throws DataException if something is bound that is no input
   */
  static List<ColumnBinding> bindings(
      Map<String, ColumnBinding> columns, List<SampleField> inputs) {
    TableColumns.requireInputs(columns.keySet(), inputs);
    return inputs.stream()
        .map(f -> columns.getOrDefault(f.input(), ColumnBinding.of(f.input())))
        .toList();
  }

  /**
   * Binds columns: those of the inputs, the label if there is one, file and index, and whether a
   * row is a sample if not all are.
   *
   * @param base with which URIs of files begin
   * @param damaged what to do about rows that do not fit
   * @throws DataException if a column is missing or does not fit its input
   */
  static BoundRows of(
      TableRows table,
      TableColumns columns,
      List<ColumnBinding> bindings,
      List<SampleField> inputs,
      Optional<String> label,
      Selection selection,
      String base,
      Damaged damaged) {
    List<TensorColumn> inputColumns = new ArrayList<>();
    List<Column> selected = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      inputColumns.add(columns.input(bindings.get(i), inputs.get(i)));
      selected.add(column(columns.source(bindings.get(i), inputs.get(i)), selected.size()));
    }
    List<RowDecoder.LabelColumn> labelColumn = new ArrayList<>();
    label.ifPresent(
        name -> {
          labelColumn.add(columns.label(name));
          selected.add(column(col(columns.load(name, "the label").expression()), selected.size()));
        });
    RowDecoder decoder =
        new RowDecoder(
            inputColumns, NamedFiles.of(table.rows().sparkSession()), labelColumn, damaged);
    if (selection.isAll()) {
      int index = place(selected, table);
      return new BoundRows(planned(table, selected), index, decoder);
    }
    Column keep = selection.keeps(table, columns, base);
    // What is left out need not be copied.
    selected.replaceAll(column -> when(keep, column));
    int index = place(selected, table);
    selected.add(keep);
    return new BoundRows(planned(table, selected), index, new ChosenRows(decoder, index + 1));
  }

  /**
   * Binds columns that are read without Spark's SQL: those of {@link #plainColumns}.
   *
   * @throws DataException if a column does not fit its input
   */
  static BoundRows of(
      SparkSession spark,
      PlainRows table,
      TableColumns columns,
      List<ColumnBinding> bindings,
      List<SampleField> inputs,
      Optional<String> label,
      Damaged damaged) {
    List<TensorColumn> inputColumns = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      inputColumns.add(columns.input(bindings.get(i), inputs.get(i)));
    }
    List<RowDecoder.LabelColumn> labelColumn = label.map(columns::label).stream().toList();
    RowDecoder decoder = new RowDecoder(inputColumns, NamedFiles.of(spark), labelColumn, damaged);
    return new BoundRows(table.rows(), table.schema().size() + 1, decoder);
  }

  /** What a decoder reads, in its order; empty if that is more than columns as they are. */
  static Optional<List<String>> plainColumns(
      List<ColumnBinding> bindings, Optional<String> label, Selection selection) {
    List<String> names = new ArrayList<>();
    bindings.forEach(binding -> names.addAll(binding.columns()));
    label.ifPresent(names::add);
    boolean isPlain = names.size() == bindings.size() + label.stream().count();
    boolean isOnce = names.stream().distinct().count() == names.size();
    return selection.isAll() && isPlain && isOnce ? Optional.of(names) : Optional.empty();
  }

  private static int place(List<Column> selected, TableRows table) {
    selected.add(table.file().as("octant_file_path"));
    selected.add(table.row().as("octant_row_index"));
    return selected.size() - 1;
  }

  /** A column under a name of ours, which no other column has. */
  private static Column column(Column column, int ordinal) {
    return column.as("octant_" + ordinal);
  }

  /**
   * The rows as Spark holds them inside. The public way, {@code Dataset.rdd}, makes a boxed object
   * of every float.
   */
  private static RDD<InternalRow> planned(TableRows table, List<Column> selected) {
    Dataset<Row> rows = table.rows().select(selected.toArray(new Column[0]));
    ClassicSession.of(rows.sparkSession());
    return ((org.apache.spark.sql.classic.Dataset<Row>) rows).queryExecution().toRdd();
  }
}
