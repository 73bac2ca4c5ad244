package io.octant.pipeline.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Cuts the records of one partition into batches of a fixed size, reading no further than the batch
 * that is asked for, or, to tell whether there is another, the next sample. The last batch is
 * padded with zeros. A batch holds until the next one, or whether there is one, is asked for: it is
 * made in the same memory.
 *
 * @param <T> the records of the source
 */
public final class Batches<T> implements Iterator<Batch> {
  private final Iterator<T> records;
  private final SampleDecoder<T> decoder;
  private final int capacity;
  private final BatchBuffer buffer;

  /**
   * @param batch rows of every batch, at least 1
   */
  public Batches(
      Iterator<T> records, SampleDecoder<T> decoder, List<SampleField> fields, int batch) {
    this.records = records;
    this.decoder = decoder;
    this.capacity = batch;
    this.buffer = new BatchBuffer(fields, batch);
  }

  @Override
  public boolean hasNext() {
    return fill(1);
  }

  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    fill(capacity);
    return buffer.drain();
  }

  /**
   * Reads until there are so many samples, or no records any more; answers whether there is one.
   */
  private boolean fill(int samples) {
    while (buffer.rows() < samples && records.hasNext()) {
      T record = records.next();
      if (decoder.isSample(record)) {
        take(record);
      } else {
        buffer.leaveOut();
      }
    }
    return buffer.rows() > 0;
  }

  private void take(T record) {
    try {
      decoder.decode(record, buffer);
      buffer.endRow();
    } catch (RowException e) {
      if (decoder.damaged() == Damaged.REFUSE) {
        throw e;
      }
      buffer.leaveOut(e);
    }
  }

  /** What has been read so far. */
  public DataCounts counts() {
    return buffer.counts();
  }
}
