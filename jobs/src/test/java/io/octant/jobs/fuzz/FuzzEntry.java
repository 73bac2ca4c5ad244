package io.octant.jobs.fuzz;

/** What Jazzer calls; the system property {@code octant.fuzz.target} names the target. */
public final class FuzzEntry {
  private static final FuzzTarget TARGET =
      FuzzTargets.named(System.getProperty("octant.fuzz.target", ""));

  private FuzzEntry() {}

  /** Loads what valid inputs need, so that no input is blamed for it. */
  public static void fuzzerInitialize() throws Exception {
    for (byte[] seed : TARGET.seeds().get()) {
      TARGET.parser().read(seed);
    }
  }

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    FuzzRun.of(TARGET, input);
  }
}
