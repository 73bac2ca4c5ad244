package io.octant.pipeline.training;

/**
 * An order of 0 to n − 1 by chance, of which each place is computed by itself: a Feistel network of
 * four rounds over the next power of four, walked until it falls below n (Black and Rogaway, 2002).
 * The same seed gives the same order everywhere.
 *
 * @param seed of the order
 * @param size n, 1 or more
 */
record SeededPermutation(long seed, long size) {
  private static final int ROUNDS = 4;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  /** A seed made of several numbers. */
  static long seed(long first, long... more) {
    long out = mixed(first + GOLDEN);
    for (long each : more) {
      out = mixed(out ^ mixed(each + GOLDEN));
    }
    return out;
  }

  /** Where a place goes. */
  long at(long place) {
    int half = (64 - Long.numberOfLeadingZeros(Math.max(1, size - 1)) + 1) / 2;
    long mask = (1L << half) - 1;
    long out = place;
    do {
      long left = out >>> half;
      long right = out & mask;
      for (int round = 0; round < ROUNDS; round++) {
        long next = left ^ (mixed(right + GOLDEN * (round + 1) ^ seed) & mask);
        left = right;
        right = next;
      }
      out = left << half | right;
    } while (out >= size);
    return out;
  }

  /** The finalizer of SplitMix64. */
  private static long mixed(long value) {
    long z = value;
    z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
