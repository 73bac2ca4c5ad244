package io.octant.pipeline.data.arrow;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.splits.Piece;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** The rows of a piece, a batch after the other. */
final class ArrowIterator implements Iterator<InternalRow> {
  private final ArrowBatches batches;
  private final Piece piece;
  private final UTF8String uri;
  private final String[] names;
  private final Set<String> wanted;
  private final @Nullable FieldVector[] vectors;
  private long next;

  ArrowIterator(ArrowBatches batches, Piece piece, StructType columns, Set<String> wanted) {
    this.batches = batches;
    this.piece = piece;
    this.uri = UTF8String.fromString(piece.uri());
    this.names = columns.fieldNames();
    this.wanted = wanted;
    this.vectors = new FieldVector[names.length];
    this.next = piece.from();
  }

  @Override
  public boolean hasNext() {
    if (next < piece.to()) {
      return true;
    }
    batches.close();
    return false;
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    while (next >= batches.end()) {
      load();
    }
    int index = (int) (next - batches.start());
    @Nullable Object[] values = new Object[names.length + 2];
    for (int i = 0; i < names.length; i++) {
      FieldVector vector = vectors[i];
      values[i] = vector == null ? null : value(vector, index, names[i]);
    }
    values[names.length] = uri;
    values[names.length + 1] = next;
    next++;
    return new GenericInternalRow(values);
  }

  private void load() {
    batches.load();
    for (int i = 0; i < names.length; i++) {
      vectors[i] = wanted.contains(names[i]) ? batches.column(names[i]) : null;
    }
  }

  private @Nullable Object value(FieldVector vector, int index, String name) {
    try {
      return ArrowValues.of(vector, index);
    } catch (ArithmeticException e) {
      throw new DataException(
          "Cannot read column '"
              + name
              + "' of "
              + batches.path()
              + " row "
              + next
              + ": "
              + e.getMessage()
              + ", expected numbers of up to 63 bits");
    } catch (RuntimeException e) {
      throw ArrowRows.fault(batches.path(), e);
    } catch (OutOfMemoryError e) {
      throw ArrowRows.tooLarge(batches.path(), e);
    }
  }
}
