package io.octant.pipeline.data;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Cuts the records of one partition into batches of a fixed size, reading no further than the batch
 * that is asked for. The last batch is padded with zeros.
 *
 * @param <T> the records of the source
 */
public final class Batches<T> implements Iterator<Batch> {
  private final Iterator<T> records;
  private final SampleDecoder<T> decoder;
  private final BatchBuffer buffer;

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
    return records.hasNext();
  }

  @Override
  public Batch next() {
    if (!records.hasNext()) {
      throw new NoSuchElementException();
    }
    while (!buffer.isFull() && records.hasNext()) {
      decoder.decode(records.next(), buffer);
      buffer.endRow();
    }
    return buffer.drain();
  }

  /** What has been read so far. */
  public DataCounts counts() {
    return buffer.counts();
  }
}
