package io.octant.calibration;

/**
 * The histogram of the grid as bins of equal width: what {@code torch.histc} would count, to within
 * the width of a grid bin. The count of a grid bin is spread over the bins that it overlaps, in
 * proportion; zeros and tiny values go to the bin of 0.
 */
final class EqualWidthProjection {
  private EqualWidthProjection() {}

  /**
   * @return counts of {@code bins} bins from {@code min} to {@code max}; their sum is the number of
   *     finite values, rounded to float32 bin by bin
   */
  static float[] of(TensorStatistics s, double min, double max, int bins) {
    double[] counts = new double[bins];
    double width = (max - min) / bins;
    addPoint(counts, (0 - min) / width, s.special().finite());
    s.forEachBin(
        (lower, upper, count) -> {
          double from = (Math.max(lower, min) - min) / width;
          double to = (Math.min(upper, max) - min) / width;
          spread(counts, from, to, count);
        });
    float[] out = new float[bins];
    for (int i = 0; i < bins; i++) {
      out[i] = (float) counts[i];
    }
    return out;
  }

  private static void addPoint(double[] counts, double at, double count) {
    if (count > 0) {
      counts[clip((int) at, counts.length)] += count;
    }
  }

  private static void spread(double[] counts, double from, double to, double count) {
    int first = clip((int) from, counts.length);
    int last = clip((int) to, counts.length);
    if (first == last || !(to > from)) {
      counts[first] += count;
      return;
    }
    double density = count / (to - from);
    counts[first] += density * (first + 1 - from);
    for (int i = first + 1; i < last; i++) {
      counts[i] += density;
    }
    counts[last] += density * (to - last);
  }

  private static int clip(int bin, int bins) {
    return Math.max(0, Math.min(bins - 1, bin));
  }
}
