package io.octant.pipeline.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the records of one partition into batches of a fixed size, reading no further than the batch
 * that is asked for, or, to tell whether there is another, the next sample. The last batch is
 * padded with zeros. A batch holds until the next one is asked for, which is made in the same
 * memory.
 *
 * @param <T> the records of the source
 */
public final class Batches<T> implements Iterator<Batch> {
  private final Iterator<T> records;
  private final SampleDecoder<T> decoder;
  private final BatchBuffer buffer;

  /** A sample that is still to be decoded; the records are not asked for more until it is. */
  private @Nullable T next;

  /**
   * @param batch rows of every batch, at least 1
   */
  public Batches(
      Iterator<T> records, SampleDecoder<T> decoder, List<SampleField> fields, int batch) {
    this.records = records;
    this.decoder = decoder;
    this.buffer = new BatchBuffer(fields, batch);
  }

  @Override
  public boolean hasNext() {
    while (next == null && records.hasNext()) {
      T record = records.next();
      if (decoder.isSample(record)) {
        next = record;
      } else {
        buffer.leaveOut();
      }
    }
    return next != null;
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    while (!buffer.isFull() && hasNext()) {
      decoder.decode(Objects.requireNonNull(next), buffer);
      next = null;
      buffer.endRow();
    }
    return buffer.drain();
  }

  /** What has been read so far. */
  public DataCounts counts() {
    return buffer.counts();
  }
}
