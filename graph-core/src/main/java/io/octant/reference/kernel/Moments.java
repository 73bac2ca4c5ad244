package io.octant.reference.kernel;

/**
 * Mean and biased variance of consecutive values.
 *
 * @param mean sum over count
 * @param variance mean of squared distances from the mean
 */
record Moments(double mean, double variance) {
  private static final int LANES = 8;

  /** In double precision. */
  static Moments exact(double[] v, int from, int count) {
    double mean = 0;
    for (int i = from; i < from + count; i++) {
      mean += v[i];
    }
    mean /= count;
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      squares += (v[i] - mean) * (v[i] - mean);
    }
    return new Moments(mean, squares / count);
  }

  /**
   * In float32 by Welford's recurrence over eight lanes, which are then combined (Chan, Golub and
   * LeVeque 1979), as PyTorch's layer norm computes short rows.
   */
  static Moments single(double[] v, int from, int count) {
    int rows = count / LANES;
    float[] means = new float[LANES];
    float[] squares = new float[LANES];
    for (int row = 0; row < rows; row++) {
      float weight = 1f / (row + 1);
      for (int lane = 0; lane < LANES; lane++) {
        float x = (float) v[from + row * LANES + lane];
        float delta = x - means[lane];
        means[lane] = Math.fma(delta, weight, means[lane]);
        squares[lane] = Math.fma(delta, x - means[lane], squares[lane]);
      }
    }
    int seen = 0;
    float mean = 0;
    float square = 0;
    for (int i = from + rows * LANES; i < from + count; i++) {
      float delta = (float) v[i] - mean;
      seen++;
      mean += delta / seen;
      square += delta * ((float) v[i] - mean);
    }
    for (int lane = 0; lane < LANES && rows > 0; lane++) {
      float share = (float) rows / (seen + rows);
      float delta = means[lane] - mean;
      mean = Math.fma(share, delta, mean);
      square = square + squares[lane] + delta * delta * share * seen;
      seen += rows;
    }
    return new Moments(mean, square / count);
  }
}
