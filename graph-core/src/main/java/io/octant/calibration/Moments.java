package io.octant.calibration;

/**
 * Sums over all bins up to each one: of their counts, of their middles and of the squares of those.
 * All that a level of a quantization stands for is the difference of two of them, so that a range
 * is judged in the time that its levels take, not its bins.
 */
final class Moments {
  /** Unit roundoff of a double. */
  private static final double ROUNDING = 0x1p-53;

  /** Roundings that a term of a level goes through, generously. */
  private static final double ROUNDINGS = 16;

  private final double[] middles;
  private final double[] counts;
  private final double[] firsts;
  private final double[] seconds;
  private final double magnitudes;

  /**
   * @param lowers lower ends of bins, in order
   * @param uppers their upper ends
   * @param counts what lies in them
   */
  Moments(double[] lowers, double[] uppers, double[] counts) {
    int bins = counts.length;
    middles = new double[bins];
    double[] first = new double[bins];
    double[] second = new double[bins];
    double total = 0;
    for (int i = 0; i < bins; i++) {
      middles[i] = (lowers[i] + uppers[i]) / 2;
      first[i] = counts[i] * middles[i];
      second[i] = first[i] * middles[i];
      total += Math.abs(first[i]);
    }
    this.counts = upTo(counts);
    firsts = upTo(first);
    seconds = upTo(second);
    magnitudes = total;
  }

  /** Sums up to each term, each rounded as if once: what was rounded off is carried along. */
  private static double[] upTo(double[] terms) {
    double[] sums = new double[terms.length + 1];
    double sum = 0;
    double lost = 0;
    for (int i = 0; i < terms.length; i++) {
      double next = sum + terms[i];
      double part = next - sum;
      lost += (sum - (next - part)) + (terms[i] - part);
      sum = next;
      sums[i + 1] = sum + lost;
    }
    return sums;
  }

  /**
   * A sum that {@link GridError#sum} is not less than, close to it.
   *
   * @param step width of a level, above 0
   * @param first smallest level
   * @param last largest level
   */
  double leastSum(double step, double first, double last) {
    int bins = middles.length;
    double sum = 0;
    int from = 0;
    for (double level = first; from < bins; level++) {
      int to = level >= last ? bins : firstFrom((level + 0.5) * step, from);
      if (to > from) {
        double value = level * step;
        double error =
            value * value * (counts[to] - counts[from])
                - 2 * value * (firsts[to] - firsts[from])
                + (seconds[to] - seconds[from]);
        sum += Math.max(0, error);
        from = to;
      }
    }
    double largest = Math.max(Math.abs(first), Math.abs(last)) * step;
    double terms = largest * largest * counts[bins] + 2 * largest * magnitudes + seconds[bins];
    double doubt = ROUNDINGS * ROUNDING * ((last - first + 1) * terms + bins * sum);
    return sum - doubt;
  }

  /** The first bin, from one on, whose middle is not below a value. */
  private int firstFrom(double value, int from) {
    int stride = 1;
    int below = from - 1;
    int above = from;
    while (above < middles.length && middles[above] < value) {
      below = above;
      above = Math.min(middles.length, above + stride);
      stride *= 2;
    }
    while (above - below > 1) {
      int middle = (above + below) >>> 1;
      if (middles[middle] < value) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return above;
  }
}
