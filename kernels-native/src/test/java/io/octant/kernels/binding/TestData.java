package io.octant.kernels.binding;

import java.util.SplittableRandom;

/** Seeded random operands; the seed is printed and {@code -Doctant.seed=N} sets it. */
final class TestData {
  private final SplittableRandom random;

  TestData(long fallbackSeed) {
    String given = System.getProperty("octant.seed", "");
    long seed = given.isEmpty() ? fallbackSeed : Long.parseLong(given);
    System.out.println("seed " + seed + "; rerun with -Doctant.seed=" + seed);
    random = new SplittableRandom(seed);
  }

  float[] floats(long n) {
    float[] out = new float[(int) n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) (random.nextDouble() * 4 - 2);
    }
    return out;
  }

  /** The whole range of a byte. */
  byte[] bytes(long n) {
    byte[] out = new byte[(int) n];
    for (int i = 0; i < n; i++) {
      out[i] = (byte) random.nextInt(256);
    }
    return out;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }
}
