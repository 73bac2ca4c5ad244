package io.octant.jobs.console;

import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results: summaries, JSON lines, graphs
 * @param err progress and failures
 * @param terminal whether {@code err} can redraw a line
 */
public record Console(PrintStream out, PrintStream err, Terminal terminal) {

  /** What stands behind the error stream. */
  public enum Terminal {
    /** A terminal that obeys carriage returns. */
    INTERACTIVE,
    /** A file or a pipe: lines only. */
    PLAIN
  }

  /**
   * The streams of this process; the launcher says in OCTANT_TERMINAL whether a terminal is there.
   */
  public static Console ofProcess() {
    boolean interactive = "1".equals(System.getenv("OCTANT_TERMINAL"));
    return new Console(System.out, System.err, interactive ? Terminal.INTERACTIVE : Terminal.PLAIN);
  }
}
