package io.octant.pipeline.data;

import io.octant.pipeline.data.preprocess.PictureInput;
import io.octant.pipeline.data.preprocess.TokenInput;
import io.octant.pipeline.data.preprocess.ValueException;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.unsafe.bitset.BitSetMethods;

/**
 * Decodes Spark's internal rows: the columns of {@link #columns}, then the label if there is one,
 * then file path and row index, from which a failure says where it lies.
 *
 * @param columns one for each model input, at ordinals 0, 1, …
 * @param files reads what paths in columns name
 * @param label name and type of the label column, or no label
 * @param damaged what to do about a row that does not fit
 */
record RowDecoder(
    List<TensorColumn> columns, NamedFiles files, List<LabelColumn> label, Damaged damaged)
    implements SampleDecoder<InternalRow> {

  /** A column of class numbers, below {@code classes} if that is positive. */
  record LabelColumn(String name, DType type, int classes) implements java.io.Serializable {}

  RowDecoder {
    columns = List.copyOf(columns);
    label = List.copyOf(label);
  }

  @Override
  public void decode(InternalRow row, BatchBuffer batch) {
    for (int i = 0; i < columns.size(); i++) {
      TensorColumn column = columns.get(i);
      if (row.isNullAt(i)) {
        String value = "a value for " + column.field();
        throw fault(
            row,
            column.name(),
            "null",
            column.layout() != TensorColumn.Layout.PICTURE
                ? value
                : value + ", with the bytes of the picture");
      }
      ElementCopy copy = new ElementCopy(column, batch, i);
      switch (column.layout()) {
        case NUMBER -> number(row, i, copy);
        case LISTS -> {
          ArrayData list = row.getArray(i);
          lists(row, list, lengths(row, list, column), copy, 0, 0);
        }
        case BYTES -> bytes(row, i, copy);
        case PICTURE, FILE, TEXT, TEXTS -> prepared(row, i, column, batch);
      }
    }
    for (LabelColumn column : label) {
      batch.label(label(row, column));
    }
  }

  private void number(InternalRow row, int ordinal, ElementCopy copy) {
    Elements.Spark value = new Elements.Spark(row, copy.column().element(), ordinal);
    requireFit(row, copy, value, copy.copy(value, 1, 0), 0);
  }

  /** The lengths by depth; where they are free, those of the first lists decide for the others. */
  private List<Integer> lengths(InternalRow row, ArrayData list, TensorColumn column) {
    if (!column.lengths().contains(TensorColumn.FREE)) {
      return column.lengths();
    }
    List<Integer> lengths = new ArrayList<>();
    long product = 1;
    ArrayData first = list;
    for (int depth = 0; ; depth++) {
      lengths.add(first.numElements());
      product *= first.numElements();
      if (product == 0 || product > Integer.MAX_VALUE || depth == column.lengths().size() - 1) {
        break;
      } else if (first.isNullAt(0)) {
        throw fault(row, column.name(), "null at position 0", "no null elements");
      }
      first = first.getArray(0);
    }
    if (product != column.field().numel()) {
      throw fault(
          row,
          column.name(),
          product + " values in lists of " + lengths,
          column.field().numel() + " for " + column.field());
    }
    return lengths;
  }

  /**
   * Copies a list, or lists of lists.
   *
   * @param depth how many lists this one lies in
   * @param at index within the sample at which its elements begin
   */
  private void lists(
      InternalRow row, ArrayData list, List<Integer> lengths, ElementCopy copy, int depth, int at) {
    TensorColumn column = copy.column();
    int length = lengths.get(depth);
    Fit.Window window = column.window(depth, list.numElements(), length);
    if (!window.fits()) {
      throw fault(
          row,
          column.name(),
          list.numElements() + " values" + (depth == 0 ? "" : " in the list at position " + at),
          column.expected(depth, length) + " for " + column.field());
    }
    boolean innermost = depth == lengths.size() - 1;
    int below = 1;
    for (int d = depth + 1; d < lengths.size(); d++) {
      below *= lengths.get(d);
    }
    boolean nulls = mayHoldNulls(list);
    for (int i = 0; i < window.count() && (nulls || !innermost); i++) {
      int entry = window.skip() + i;
      if (nulls && list.isNullAt(entry)) {
        throw fault(
            row, column.name(), "null at position " + (at + entry * below), "no null elements");
      }
      if (!innermost) {
        int target = at + (window.at() + i) * below;
        lists(row, list.getArray(entry), lengths, copy, depth + 1, target);
      }
    }
    if (innermost) {
      elements(row, new Elements.Spark(list, column.element(), window.skip()), copy, window, at);
    }
    fill(copy, window, below, at);
  }

  private void elements(
      InternalRow row, Elements values, ElementCopy copy, Fit.Window window, int at) {
    int bad = copy.copy(values, window.count(), at + window.at());
    requireFit(row, copy, values, bad, at + window.skip());
  }

  /** Fills up before and behind what was copied. */
  private static void fill(ElementCopy copy, Fit.Window window, int below, int at) {
    Fit fit = copy.column().fit();
    if (fit != null && window.at() + window.behind() > 0) {
      copy.fill(fit.value(), window.at() * below, at);
      int behind = at + (window.at() + window.count()) * below;
      copy.fill(fit.value(), window.behind() * below, behind);
    }
  }

  /** Looks at 64 elements at once, where a bit of each says whether it is null. */
  private static boolean mayHoldNulls(ArrayData list) {
    return !(list instanceof UnsafeArrayData array)
        || BitSetMethods.anySet(
            array.getBaseObject(),
            array.getBaseOffset() + Long.BYTES,
            (array.numElements() + Long.SIZE - 1) / Long.SIZE);
  }

  private void bytes(InternalRow row, int ordinal, ElementCopy copy) {
    TensorColumn column = copy.column();
    byte[] bytes = row.getBinary(ordinal);
    int width = column.element().bytes();
    int count = column.field().numel();
    Fit.Window window =
        bytes.length % width == 0 ? column.window(0, bytes.length / width, count) : Fit.Window.NONE;
    if (!window.fits()) {
      String type = " (little-endian " + column.element() + ") for " + column.field();
      throw fault(
          row,
          column.name(),
          bytes.length + " bytes",
          column.fit() == null
              ? (long) count * width + type
              : column.expected(0, count) + " times " + width + type);
    }
    Elements values = Elements.Bytes.of(bytes, column.element(), window.skip());
    elements(row, values, copy, window, 0);
    fill(copy, window, 1, 0);
  }

  private void prepared(InternalRow row, int ordinal, TensorColumn column, BatchBuffer batch) {
    DType.Storage storage = column.field().dtype().storage();
    int at = batch.offset(ordinal);
    try {
      if (column.prepared() instanceof PictureInput picture) {
        byte[] file = picture(row, ordinal, column);
        if (storage == DType.Storage.FLOATS) {
          picture.floats(file, batch.floats(ordinal), at);
        } else {
          picture.bytes(file, batch.ints(ordinal), at);
        }
      } else if (column.prepared() instanceof TokenInput tokens) {
        List<String> texts = texts(row, ordinal, column);
        if (storage == DType.Storage.LONGS) {
          tokens.longs(texts, batch.longs(ordinal), at);
        } else {
          tokens.ints(texts, batch.ints(ordinal), at);
        }
      }
    } catch (ValueException e) {
      throw fault(row, column.name(), e.found(), e.expected());
    }
  }

  @Override
  public Supplier<String> named(InternalRow row) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).layout() == TensorColumn.Layout.FILE && !row.isNullAt(i)) {
        names.add(row.getUTF8String(i).toString());
      }
    }
    String of = names.isEmpty() ? "" : row.getUTF8String(columns.size() + label.size()).toString();
    return () -> names.stream().map(name -> files.look(of, name)).collect(Collectors.joining("\n"));
  }

  private byte[] picture(InternalRow row, int ordinal, TensorColumn column) {
    if (column.layout() == TensorColumn.Layout.PICTURE) {
      return row.getBinary(ordinal);
    }
    String named = row.getUTF8String(ordinal).toString();
    try {
      return files.read(row.getUTF8String(columns.size() + label.size()).toString(), named);
    } catch (NamedFiles.NoFileException e) {
      throw fault(row, column.name(), String.valueOf(e.getMessage()), e.expected());
    }
  }

  private List<String> texts(InternalRow row, int ordinal, TensorColumn column) {
    if (column.layout() == TensorColumn.Layout.TEXT) {
      return List.of(row.getUTF8String(ordinal).toString());
    }
    InternalRow pair = row.getStruct(ordinal, 2);
    for (int i = 0; i < 2; i++) {
      if (pair.isNullAt(i)) {
        throw fault(
            row,
            column.name(),
            "null as the " + (i == 0 ? "first" : "second") + " text of a pair",
            "two texts for " + column.field());
      }
    }
    return List.of(pair.getUTF8String(0).toString(), pair.getUTF8String(1).toString());
  }

  private void requireFit(InternalRow row, ElementCopy copy, Elements values, int bad, int at) {
    if (bad >= 0) {
      TensorColumn column = copy.column();
      throw fault(
          row,
          column.name(),
          values.integer(bad) + " at position " + (at + bad),
          ElementCopy.range(column.field().dtype()) + " for " + column.field());
    }
  }

  private long label(InternalRow row, LabelColumn column) {
    int ordinal = columns.size();
    String expected =
        column.classes() > 0 ? "a class from 0 to " + (column.classes() - 1) : "a class from 0 on";
    if (row.isNullAt(ordinal)) {
      throw fault(row, column.name(), "null", expected);
    }
    Elements.Spark value = new Elements.Spark(row, column.type(), ordinal);
    if (column.type().isFloatingPoint()) {
      double number = value.number(0);
      if (!(number >= 0 && number <= 1L << 53 && number == Math.rint(number))) {
        throw fault(row, column.name(), "label " + number, expected);
      }
      return inClasses(row, column, (long) number, expected);
    }
    return inClasses(row, column, value.integer(0), expected);
  }

  private long inClasses(InternalRow row, LabelColumn column, long label, String expected) {
    if (label < 0 || (column.classes() > 0 && label >= column.classes())) {
      throw fault(row, column.name(), "label " + label, expected);
    }
    return label;
  }

  @Override
  public String labels() {
    return label.isEmpty() ? "" : label.toString();
  }

  @Override
  public RowDecoder withClasses(OptionalInt classes) {
    return new RowDecoder(
        columns,
        files,
        label.stream().map(l -> new LabelColumn(l.name(), l.type(), classes.orElse(0))).toList(),
        damaged);
  }

  private RowException fault(InternalRow row, String column, String found, String expected) {
    int fileOrdinal = columns.size() + label.size();
    String file = DataFile.readable(row.getUTF8String(fileOrdinal).toString());
    return new RowException(file + " row " + row.getLong(fileOrdinal + 1), column, found, expected);
  }
}
