package io.octant.pipeline.execution;

import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.SampleDecoder;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Takes a task through its records batch by batch, and has the {@link WorkMeter} of this process
 * count them.
 */
public final class BatchRun {
  private BatchRun() {}

  /** Whether there are records; reads the first. */
  public static boolean hasRecords(Iterator<?> records) {
    return WorkMeter.shared().reading(records::hasNext);
  }

  /**
   * Runs over all records.
   *
   * @param session of the inputs and the batch size
   * @param work is handed each batch, which holds until it returns
   * @return what was read
   */
  public static <T> DataCounts forEach(
      Iterator<T> records, SampleDecoder<T> decoder, SessionSpec session, Consumer<Batch> work) {
    WorkMeter meter = WorkMeter.shared();
    Batches<T> batches = new Batches<>(records, decoder, session.fields(), session.batch());
    long sampleBytes =
        session.fields().stream().mapToLong(f -> (long) f.numel() * f.dtype().bytes()).sum();
    while (meter.reading(batches::hasNext)) {
      Batch batch = meter.reading(batches::next);
      int samples = batch.validSamples();
      meter.computing(samples, samples * sampleBytes, () -> work.accept(batch));
    }
    return batches.counts();
  }
}
