package io.octant.pipeline.data.preprocess;

/**
 * Which pixels of a row or column of one length make up each pixel of another length, and with what
 * weights. Weights are fixed-point numbers of {@link #BITS} fractional bits, rounded half away from
 * zero, as Pillow has them for 8-bit pixels.
 */
final class Taps {
  /** 32 bits less 8 of a pixel and 2 of overshoot. */
  static final int BITS = 22;

  final int from;
  final int to;
  final Interpolation interpolation;
  final int[] first;
  final int[] count;

  /** Weights of pixel {@code i} from index {@code i · most} on. */
  final int[] weights;

  final int most;

  /**
   * @param from pixels there are
   * @param to pixels wanted
   * @param interpolation with a kernel
   */
  Taps(int from, int to, Interpolation interpolation) {
    this.from = from;
    this.to = to;
    this.interpolation = interpolation;
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    double support = interpolation.support() * stretch;
    most = Math.multiplyExact((int) Math.ceil(support), 2) + 1;
    first = new int[to];
    count = new int[to];
    weights = new int[Math.multiplyExact(to, most)];
    double[] exact = new double[most];
    for (int i = 0; i < to; i++) {
      double center = (i + 0.5) * scale;
      int start = Math.max((int) (center - support + 0.5), 0);
      int end = Math.min((int) (center + support + 0.5), from);
      double sum = 0;
      for (int k = 0; k < end - start; k++) {
        exact[k] = interpolation.weight((k + start - center + 0.5) * (1 / stretch));
        sum += exact[k];
      }
      first[i] = start;
      count[i] = end - start;
      for (int k = 0; k < end - start; k++) {
        double weight = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << BITS);
        weights[i * most + k] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
      }
    }
  }

  boolean isFor(int from, int to, Interpolation interpolation) {
    return this.from == from && this.to == to && this.interpolation == interpolation;
  }
}
