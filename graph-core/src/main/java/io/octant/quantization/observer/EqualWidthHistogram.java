package io.octant.quantization.observer;

/**
 * Counts in bins of equal width as {@code torch.histc} makes them, and their transfer to a wider
 * range as PyTorch's {@code HistogramObserver} does it. Float32 throughout; a transfer loses
 * detail, so that the result depends on the order of tensors.
 */
final class EqualWidthHistogram {
  private static final int UPSAMPLE_RATE = 16;

  private EqualWidthHistogram() {}

  /**
   * Counts values between two bounds; others are left out. A range without extent is widened by 1
   * at both ends. Positions are float32 for float32 values and float64 for float64 ones, as they
   * decide about values on an edge; and float64 where float32 would overflow.
   *
   * @param wide whether the values are float64
   * @throws ObserverException if a bound is not finite
   */
  static float[] count(double[] values, int bins, double min, double max, boolean wide) {
    if (!Double.isFinite(min) || !Double.isFinite(max)) {
      throw new ObserverException(
          "Cannot count values in range " + min + " to " + max + ", expected finite values only");
    }
    double low = min == max ? min - 1 : min;
    double high = min == max ? max + 1 : max;
    boolean inDouble = wide || Float.isInfinite((float) (high - low) * bins);
    long[] counts = new long[bins];
    for (double v : values) {
      if (v >= low && v <= high) {
        int bin =
            inDouble
                ? (int) ((v - low) * bins / (high - low))
                : (int) (((float) v - (float) low) * bins / ((float) high - (float) low));
        counts[Math.min(bin, bins - 1)]++;
      }
    }
    float[] out = new float[bins];
    for (int i = 0; i < bins; i++) {
      out[i] = counts[i];
    }
    return out;
  }

  /** Moves counts over one range to bins over a wider one. */
  static float[] widen(float[] old, float oldMin, float oldMax, float newMin, float newMax) {
    int bins = old.length;
    if (oldMin == oldMax) {
      float total = 0;
      for (float c : old) {
        total += c;
      }
      float[] out = count(new double[] {oldMin}, bins, newMin, newMax, false);
      for (int i = 0; i < bins; i++) {
        out[i] *= total;
      }
      return out;
    }
    int fine = bins * UPSAMPLE_RATE;
    float fineWidth = (oldMax - oldMin) / fine;
    float[] edges = new float[bins + 1];
    for (int i = 0; i <= bins; i++) {
      edges[i] = linspace(newMin, newMax, bins + 1, i);
    }
    float[] out = new float[bins];
    int bin = 0;
    for (int i = 0; i < fine; i++) {
      float middle = linspace(oldMin, oldMax, fine + 1, i) + 0.5f * fineWidth;
      while (bin < bins - 1 && edges[bin + 1] <= middle) {
        bin++;
      }
      out[bin] += old[i / UPSAMPLE_RATE] / UPSAMPLE_RATE;
    }
    return out;
  }

  /**
   * An element of {@code torch.linspace}: counted from the nearer end, with one rounding as
   * PyTorch's compiled kernel does it.
   */
  private static float linspace(float from, float to, int steps, int index) {
    float step = (to - from) / (steps - 1);
    return index < steps / 2 ? Math.fma(step, index, from) : Math.fma(-step, steps - index - 1, to);
  }
}
