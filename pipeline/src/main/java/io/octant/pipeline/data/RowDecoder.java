package io.octant.pipeline.data;

import io.octant.tensor.DType;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * Decodes Spark's internal rows: the columns of {@link #columns}, then the label if there is one,
 * then file path and row index, from which a failure says where it lies.
 *
 * @param columns one for each model input, at ordinals 0, 1, …
 * @param label name and type of the label column, or no label
 */
record RowDecoder(List<InputColumn> columns, List<LabelColumn> label)
    implements SampleDecoder<InternalRow> {

  /** A column and the model input that it fills. */
  record InputColumn(String name, ElementType type, boolean containsNull, SampleField field)
      implements java.io.Serializable {}

  /** A column of class numbers. */
  record LabelColumn(String name, ElementType type) implements java.io.Serializable {}

  RowDecoder {
    columns = List.copyOf(columns);
    label = List.copyOf(label);
  }

  @Override
  public void decode(InternalRow row, BatchBuffer batch) {
    for (int i = 0; i < columns.size(); i++) {
      InputColumn column = columns.get(i);
      if (row.isNullAt(i)) {
        throw fault(row, column.name(), "null", "a value for " + column.field());
      }
      if (column.type() == ElementType.BYTES) {
        copyBytes(row, i, column, batch);
      } else {
        copyArray(row, i, column, batch);
      }
    }
    for (LabelColumn column : label) {
      batch.label(label(row, column));
    }
  }

  private void copyArray(InternalRow row, int i, InputColumn column, BatchBuffer batch) {
    ArrayData array = row.getArray(i);
    int length = column.field().numel();
    if (array.numElements() != length) {
      throw fault(
          row, column.name(), array.numElements() + " values", length + " for " + column.field());
    }
    if (column.containsNull()) {
      int at = ColumnCopy.firstNull(array);
      if (at >= 0) {
        throw fault(row, column.name(), "null at position " + at, "no null elements");
      }
    }
    int offset = batch.offset(i);
    switch (column.field().dtype().storage()) {
      case FLOATS -> ColumnCopy.floats(array, column.type(), batch.floats(i), offset);
      case DOUBLES -> ColumnCopy.doubles(array, column.type(), batch.doubles(i), offset);
      case LONGS -> ColumnCopy.longs(array, column.type(), batch.longs(i), offset);
      case INTS -> ColumnCopy.ints(array, column.type(), batch.ints(i), offset);
    }
  }

  private void copyBytes(InternalRow row, int i, InputColumn column, BatchBuffer batch) {
    byte[] bytes = row.getBinary(i);
    DType dtype = column.field().dtype();
    int length = column.field().numel();
    if (bytes.length != (long) length * dtype.bytes()) {
      throw fault(
          row,
          column.name(),
          bytes.length + " bytes",
          (long) length * dtype.bytes() + " (little-endian) for " + column.field());
    }
    int offset = batch.offset(i);
    switch (dtype) {
      case FLOAT32 -> ColumnCopy.floats(bytes, batch.floats(i), offset, length);
      case FLOAT64 -> ColumnCopy.doubles(bytes, batch.doubles(i), offset, length);
      case INT64 -> ColumnCopy.longs(bytes, batch.longs(i), offset, length);
      case INT32 -> ColumnCopy.ints(bytes, batch.ints(i), offset, length);
      default -> {
        int mask = dtype.isSigned() ? -1 : 0xFF;
        for (int k = 0; k < length; k++) {
          batch.ints(i)[offset + k] = bytes[k] & mask;
        }
      }
    }
  }

  private long label(InternalRow row, LabelColumn column) {
    int ordinal = columns.size();
    if (row.isNullAt(ordinal)) {
      throw fault(row, column.name(), "null", "a label");
    }
    return switch (column.type()) {
      case BYTE -> row.getByte(ordinal);
      case SHORT -> row.getShort(ordinal);
      case INT -> row.getInt(ordinal);
      default -> row.getLong(ordinal);
    };
  }

  private DataException fault(InternalRow row, String column, String found, String expected) {
    int fileOrdinal = columns.size() + label.size();
    return new DataException(
        "Cannot read column '"
            + column
            + "' of "
            + row.getUTF8String(fileOrdinal)
            + " row "
            + row.getLong(fileOrdinal + 1)
            + ": "
            + found
            + ", expected "
            + expected);
  }
}
