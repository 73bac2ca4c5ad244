package io.octant.pipeline.data;

import java.util.OptionalInt;
import java.util.function.Supplier;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Rows some of which are samples.
 *
 * @param rows decodes those
 * @param ordinal of the column that says whether a row is one; null says no
 */
record ChosenRows(RowDecoder rows, int ordinal) implements SampleDecoder<InternalRow> {

  @Override
  public boolean isSample(InternalRow row) {
    return !row.isNullAt(ordinal) && row.getBoolean(ordinal);
  }

  @Override
  public void decode(InternalRow row, BatchBuffer batch) {
    rows.decode(row, batch);
  }

  @Override
  public Supplier<String> named(InternalRow row) {
    return rows.named(row);
  }

  @Override
  public Damaged damaged() {
    return rows.damaged();
  }

  @Override
  public String labels() {
    return rows.labels();
  }

  @Override
  public ChosenRows withClasses(OptionalInt classes) {
    return new ChosenRows(rows.withClasses(classes), ordinal);
  }
}
