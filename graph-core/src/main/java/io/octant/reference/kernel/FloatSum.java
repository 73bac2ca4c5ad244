package io.octant.reference.kernel;

/**
 * The sum of consecutive float32 values in the order in which PyTorch's CPU kernel adds them: eight
 * lanes, four partial sums each, and a cascade that empties a partial sum into the next level every
 * so many rows. Means of quantized values often fall on a tie, and the order decides where it goes.
 */
final class FloatSum {
  private static final int LANES = 8;
  private static final int PARTS = 4;
  private static final int LEVELS = 4;

  private FloatSum() {}

  /** The sum of float32 values. */
  static float of(double[] values) {
    int rows = values.length / LANES;
    float[] v = new float[values.length];
    for (int i = 0; i < v.length; i++) {
      v[i] = (float) values[i];
    }
    float[] lanes = sumRows(v, rows);
    float sum = 0;
    for (int i = rows * LANES; i < v.length; i++) {
      sum += v[i];
    }
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  /** Sums rows of {@link #LANES} values: groups of {@link #PARTS} rows in step, then the rest. */
  private static float[] sumRows(float[] v, int rows) {
    int groups = rows / PARTS;
    float[] parts = cascade(v, groups);
    for (int row = groups * PARTS; row < rows; row++) {
      add(parts, 0, v, row * LANES, LANES);
    }
    for (int part = 1; part < PARTS; part++) {
      add(parts, 0, parts, part * LANES, LANES);
    }
    return java.util.Arrays.copyOf(parts, LANES);
  }

  private static float[] cascade(float[] v, int groups) {
    int width = PARTS * LANES;
    int log = groups <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(groups - 1);
    int power = Math.max(4, log / LEVELS);
    float[][] level = new float[LEVELS][width];
    for (int i = 0; i < groups; ) {
      add(level[0], 0, v, i * width, width);
      i++;
      for (int j = 1; j < LEVELS && i % (1 << (j * power)) == 0; j++) {
        add(level[j], 0, level[j - 1], 0, width);
        java.util.Arrays.fill(level[j - 1], 0);
      }
    }
    for (int j = 1; j < LEVELS; j++) {
      add(level[0], 0, level[j], 0, width);
    }
    return level[0];
  }

  private static void add(float[] to, int toOffset, float[] from, int fromOffset, int count) {
    for (int i = 0; i < count; i++) {
      to[toOffset + i] += from[fromOffset + i];
    }
  }
}
