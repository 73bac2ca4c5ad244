package io.octant.engine;

/**
 * What one core does at most on the instruction set that an engine uses, measured on registers
 * alone. Kernels that get by with less than all products, such as Winograd's convolution, may seem
 * to do more.
 *
 * @param floatMultiplyAdds of f32, a second
 * @param integerMultiplyAdds of u8 by s8 into 32 bits, a second; of matrix units (AMX) nothing is
 *     known here
 */
public record CoreLimits(double floatMultiplyAdds, double integerMultiplyAdds) {
  /** Of an engine that cannot tell. */
  public static final CoreLimits UNKNOWN = new CoreLimits(0, 0);

  private static final int COPY_FLOATS = 16 << 20;

  /** Bytes a second that this core reads and writes while it copies what no cache holds. */
  public static double copyRate() {
    float[] from = new float[COPY_FLOATS];
    float[] to = new float[COPY_FLOATS];
    double best = 0;
    for (int i = 0; i < 5; i++) {
      long begin = System.nanoTime();
      System.arraycopy(from, 0, to, 0, COPY_FLOATS);
      best = Math.max(best, 2.0 * Float.BYTES * COPY_FLOATS / (System.nanoTime() - begin) * 1e9);
    }
    return best;
  }
}
