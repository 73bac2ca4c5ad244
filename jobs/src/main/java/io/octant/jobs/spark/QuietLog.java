package io.octant.jobs.spark;

import io.octant.jobs.console.Verbosity;

/**
 * Keeps Spark's log off the screen of a command, unless the cluster or the user has chosen a log
 * configuration.
 *
 * <p>Log4j takes its configuration from system properties when the first logger is made.
 */
public final class QuietLog {

  private static final String CONFIGURATION = "log4j2.configurationFile";
  private static final String LEVEL = "octant.log.level";

  private QuietLog() {}

  /** Must run before the first class of Spark is used: Log4j reads its configuration once. */
  public static void install(Verbosity verbosity) {
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, "io/octant/jobs/spark/log4j2.properties");
    }
    if (verbosity == Verbosity.VERBOSE) {
      System.setProperty(LEVEL, "info");
    }
  }
}
