package io.octant.pipeline;

import org.apache.spark.sql.SparkSession;

/** The one Spark session of this module's tests: two cores, and three retries of a failed task. */
public final class SharedSpark {
  private SharedSpark() {}

  public static synchronized SparkSession session() {
    return SparkSession.builder()
        .master("local[2,4]")
        .appName("octant-pipeline-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        // As the command line has it: an error in a task must not end this process.
        .config("spark.executor.killOnFatalError.depth", "0")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.catalogImplementation", "in-memory")
        .getOrCreate();
  }
}
