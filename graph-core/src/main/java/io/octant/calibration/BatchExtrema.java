package io.octant.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Extrema of single batches by batch id, for moving averages: folding them in the order of the ids
 * gives what one process gets that sees the batches in that order, whatever order they came in. Of
 * finite values only: a batch without any has no place here; −0 is kept as +0. Immutable.
 *
 * <p>No PyTorch counterpart.
 */
public record BatchExtrema(SortedMap<Long, ValueRange> batches) implements Statistic<BatchExtrema> {
  /** How calibration states hold them. */
  public static final StatisticKind<BatchExtrema> KIND = new Kind();

  public BatchExtrema {
    for (Map.Entry<Long, ValueRange> e : batches.entrySet()) {
      ValueRange range = e.getValue();
      if (e.getKey() < 0
          || !(Float.isFinite(range.min()) && Float.isFinite(range.max()))
          || range.min() > range.max()) {
        throw new OctantException(
            "Cannot keep extrema of batch "
                + e.getKey()
                + ": "
                + e.getValue()
                + ", expected an id of at least 0 and finite extrema, min <= max");
      }
    }
    SortedMap<Long, ValueRange> all = new TreeMap<>(batches);
    all.replaceAll((id, r) -> new ValueRange(r.min() + 0.0f, r.max() + 0.0f));
    batches = Collections.unmodifiableSortedMap(all);
  }

  /** One batch. */
  public static BatchExtrema of(long batch, float min, float max) {
    return new BatchExtrema(new TreeMap<>(Map.of(batch, new ValueRange(min, max))));
  }

  /**
   * The batches of both.
   *
   * @throws OctantException if a batch is in both: it would count twice
   */
  @Override
  public BatchExtrema plus(BatchExtrema other) {
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

  @Override
  public StatisticKind<BatchExtrema> kind() {
    return KIND;
  }

  @Override
  public BatchExtrema copy() {
    return this;
  }

  /** Hands over minimum and maximum of each batch in the order of ids. */
  public void forEachInOrder(BiConsumer<Float, Float> fold) {
    batches.values().forEach(range -> fold.accept(range.min(), range.max()));
  }

  private static final class Kind implements StatisticKind<BatchExtrema> {
    /** A number and two floats. */
    private static final int MIN_BATCH_BYTES = 1 + 2 * Float.BYTES;

    @Override
    public String name() {
      return "batches";
    }

    @Override
    public Class<BatchExtrema> type() {
      return BatchExtrema.class;
    }

    @Override
    public void write(BatchExtrema extrema, ByteSink out) {
      out.varint(extrema.batches.size());
      extrema.batches.forEach(
          (batch, range) -> {
            out.varint(batch);
            range.write(out);
          });
    }

    @Override
    public BatchExtrema read(ByteSource in) {
      int n = in.count(MIN_BATCH_BYTES);
      TreeMap<Long, ValueRange> out = new TreeMap<>();
      for (int i = 0; i < n; i++) {
        long batch = in.varint();
        if (!out.isEmpty() && batch <= out.lastKey()) {
          throw in.corrupt(
              "batch " + batch + " after " + out.lastKey() + ", expected ascending ids");
        }
        out.put(batch, ValueRange.read(in));
      }
      return in.checked(() -> new BatchExtrema(out));
    }
  }
}
