package io.octant.jobs.faults;

/** Seed of what is left to chance; {@code -Doctant.seed=N} sets it. */
final class FaultSeed {
  private FaultSeed() {}

  /** The one that is set, or another each time; printed. */
  static long ofProperty() {
    String given = System.getProperty("octant.seed", "");
    long seed = given.isEmpty() ? System.nanoTime() & 0xffff_ffffL : Long.parseLong(given);
    System.out.println("seed " + seed + "; rerun with -Doctant.seed=" + seed);
    return seed;
  }

  /** That of one run among many. */
  static long of(long seed, String kind, int run) {
    return seed * 1_000_003 + kind.hashCode() * 1009L + run;
  }
}
