package io.octant.pipeline.evaluation;

import io.octant.pipeline.data.Batch;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Batches that wait for the candidates, with what the float model made of them. */
final class Wave {
  private static final int BYTES_A_VALUE = Long.BYTES;

  private final List<Entry> entries = new ArrayList<>();
  private long bytes;

  /**
   * A batch and the float model's outputs.
   *
   * @param batch its labels one a valid sample, or none
   */
  record Entry(Batch batch, List<Tensor> expected) {}

  /**
   * Adds a batch.
   *
   * @param keep whether it has to outlive the next one, which is made in the same memory
   */
  void add(Batch batch, List<Tensor> expected, boolean keep) {
    Batch kept =
        keep
            ? new Batch(
                batch.inputs().stream().map(Wave::copy).toList(),
                batch.validSamples(),
                batch.labels().clone())
            : batch;
    entries.add(new Entry(kept, expected));
    for (Tensor t : batch.inputs()) {
      bytes += (long) t.numel() * BYTES_A_VALUE;
    }
    for (Tensor t : expected) {
      bytes += (long) t.numel() * BYTES_A_VALUE;
    }
  }

  private static Tensor copy(Tensor t) {
    return switch (t.dtype().storage()) {
      case FLOATS -> Tensor.of(t.dtype(), t.shape(), t.floats().clone());
      case DOUBLES -> Tensor.of(t.dtype(), t.shape(), t.doubles().clone());
      case INTS -> Tensor.of(t.dtype(), t.shape(), t.ints().clone());
      case LONGS -> Tensor.of(t.dtype(), t.shape(), t.longs().clone());
    };
  }

  List<Entry> entries() {
    return entries;
  }

  Entry last() {
    return entries.get(entries.size() - 1);
  }

  /** What they take, at most. */
  long bytes() {
    return bytes;
  }
}
