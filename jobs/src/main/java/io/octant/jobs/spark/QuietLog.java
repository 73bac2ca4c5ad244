package io.octant.jobs.spark;

/**
 * Keeps Spark's log off the screen of a command, unless the cluster or the user has chosen a log
 * configuration.
 */
public final class QuietLog {

  private static final String CONFIGURATION = "log4j2.configurationFile";
  private static final String LEVEL = "octant.log.level";

  private QuietLog() {}

  /** Must run before the first class of Spark is loaded: Log4j reads its configuration once. */
  public static void install() {
    if (System.getProperty(CONFIGURATION) == null) {
      System.setProperty(CONFIGURATION, "io/octant/jobs/spark/log4j2.properties");
    }
  }

  /** Shows Spark's log from level info on. */
  public static void show() {
    System.setProperty(LEVEL, "info");
  }
}
