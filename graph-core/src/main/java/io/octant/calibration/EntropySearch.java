package io.octant.calibration;

import java.util.Arrays;

/**
 * Finds the range whose quantized distribution diverges least from that of the values, in the sense
 * of Kullback and Leibler; the calibration that TensorRT made known (Migacz, 8-bit inference with
 * TensorRT, 2017).
 *
 * <p>Magnitudes are counted in 2,048 bins. A candidate threshold keeps the first n bins and adds
 * what lies beyond to the last; its quantized form spreads the count of each level evenly over the
 * non-empty bins of that level. Zero is exactly representable whatever the threshold, so exact
 * zeros (and tiny values) are left out of both distributions: after a rectifier they are most of
 * all values and would pull every threshold down to almost nothing.
 */
final class EntropySearch {
  private static final int BINS = 2048;

  /** A point mass holds at least this share, and stands out from its neighbours by this factor. */
  private static final double SPIKE_SHARE = 1e-3;

  private static final double SPIKE_FACTOR = 2;
  private static final int NEIGHBOURS = 16;

  private final TensorStatistics statistics;
  private final QuantizationTarget target;

  EntropySearch(TensorStatistics statistics, QuantizationTarget target) {
    this.statistics = statistics;
    this.target = target;
  }

  ValueRange search() {
    double bound = Math.max(-(double) statistics.min(), statistics.max());
    double[] counts = withoutSpikes(magnitudes(bound));
    double threshold = bound * bestOf(counts, levelsOfMagnitude()) / BINS;
    return new ValueRange(
        (float) Math.max(statistics.min(), -threshold),
        (float) Math.min(statistics.max(), threshold));
  }

  /** How many bins to keep: the fewest of those with the smallest divergence. */
  static int bestOf(double[] counts, int levels) {
    DivergenceBound bound = new DivergenceBound(counts);
    int best = BINS;
    double smallest = divergence(counts, BINS, levels);
    for (int kept = BINS - 1; kept >= levels; kept--) {
      // Most divergences are far from the smallest, which shows without a look at every bin.
      if (bound.of(kept, levels) <= smallest) {
        double divergence = divergence(counts, kept, levels);
        if (divergence <= smallest && divergence < Double.POSITIVE_INFINITY) {
          smallest = divergence;
          best = kept;
        }
      }
    }
    return best;
  }

  /** Integers that one sign of values gets. */
  private int levelsOfMagnitude() {
    boolean bothSigns = statistics.min() < 0 && statistics.max() > 0;
    boolean shared = bothSigns || target.symmetry() == QuantizationTarget.Symmetry.SYMMETRIC;
    long levels = target.range().levels() / (shared ? 2 : 1);
    return (int) Math.max(1, Math.min(levels, BINS));
  }

  private double[] magnitudes(double bound) {
    double[] counts = new double[BINS];
    double perUnit = BINS / bound;
    statistics.forEachBin(
        (lower, upper, count) -> {
          double middle = Math.abs(lower + upper) / 2;
          counts[Math.min(BINS - 1, (int) (middle * perUnit))] += count;
        });
    return counts;
  }

  private static double[] withoutSpikes(double[] counts) {
    double total = Arrays.stream(counts).sum();
    double[] out = counts.clone();
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > SPIKE_SHARE * total) {
        out[i] = Math.min(counts[i], SPIKE_FACTOR * medianAround(counts, i));
      }
    }
    return out;
  }

  /** Median count of the bins near one; a median, as point masses come in clusters. */
  private static double medianAround(double[] counts, int bin) {
    double[] near =
        Arrays.copyOfRange(
            counts, Math.max(0, bin - NEIGHBOURS), Math.min(counts.length, bin + NEIGHBOURS + 1));
    Arrays.sort(near);
    return near[near.length / 2];
  }

  /** Divergence of the first {@code kept} bins from their form in {@code levels} levels. */
  static double divergence(double[] counts, int kept, int levels) {
    double beyond = 0;
    double total = 0;
    for (int i = 0; i < BINS; i++) {
      total += counts[i];
      beyond += i >= kept ? counts[i] : 0;
    }
    double inside = total - beyond;
    if (inside <= 0) {
      return Double.POSITIVE_INFINITY;
    }
    double sum = 0;
    for (int level = 0; level < levels; level++) {
      int from = (int) ((long) level * kept / levels);
      int to = (int) ((long) (level + 1) * kept / levels);
      double mass = 0;
      int occupied = 0;
      for (int i = from; i < to; i++) {
        mass += counts[i];
        occupied += counts[i] + (i == kept - 1 ? beyond : 0) > 0 ? 1 : 0;
      }
      for (int i = from; i < to; i++) {
        double p = (counts[i] + (i == kept - 1 ? beyond : 0)) / total;
        double q = occupied == 0 ? 0 : mass / occupied / inside;
        if (p > 0) {
          sum += p * Math.log(p / Math.max(q, DivergenceBound.LEAST_MASS));
        }
      }
    }
    return sum;
  }
}
