package io.octant.calibration;

import io.octant.OctantException;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Extrema of single batches by batch id, for moving averages: folding them in the order of the ids
 * gives what one process gets that sees the batches in that order, whatever order they came in.
 * Immutable.
 *
 * <p>No PyTorch counterpart.
 */
public record BatchExtrema(SortedMap<Long, ValueRange> batches) {
  public BatchExtrema {
    for (Map.Entry<Long, ValueRange> e : batches.entrySet()) {
      if (e.getKey() < 0 || !(e.getValue().min() <= e.getValue().max())) {
        throw new OctantException(
            "Cannot keep extrema of batch "
                + e.getKey()
                + ": "
                + e.getValue()
                + ", expected an id of at least 0 and min <= max");
      }
    }
    batches = Collections.unmodifiableSortedMap(new TreeMap<>(batches));
  }

  /** One batch. */
  public static BatchExtrema of(long batch, float min, float max) {
    return new BatchExtrema(new TreeMap<>(Map.of(batch, new ValueRange(min + 0.0f, max + 0.0f))));
  }

  /**
   * The batches of both.
   *
   * @throws OctantException if a batch is in both: it would count twice
   */
  public BatchExtrema merge(BatchExtrema other) {
    SortedMap<Long, ValueRange> all = new TreeMap<>(batches);
    other.batches.forEach(
        (batch, range) -> {
          if (all.put(batch, range) != null) {
            throw new OctantException(
                "Cannot merge batch extrema: batch " + batch + " is in both, expected it once");
          }
        });
    return new BatchExtrema(all);
  }

  /** Hands over minimum and maximum of each batch in the order of ids. */
  public void forEachInOrder(BiConsumer<Float, Float> fold) {
    batches.values().forEach(range -> fold.accept(range.min(), range.max()));
  }
}
