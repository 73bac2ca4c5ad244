package io.octant.jobs.spark;

import io.octant.jobs.config.QuantizeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/**
 * Settles the properties of a job's Spark session. What spark-submit or a {@code -Dspark…} property
 * says goes first, then {@code --master}, then the configuration, then the defaults of this class.
 */
public final class SparkRuntime {

  private static final String MASTER = "spark.master";
  private static final String JARS = "spark.jars";

  private SparkRuntime() {}

  /** Starts the session of a job; the caller stops it. */
  public static SparkSession start(QuantizeConfig config, Optional<String> master) {
    return SparkSession.builder()
        .config(properties(new SparkConf(true), config, master))
        .getOrCreate();
  }

  /**
   * Fills in what {@code given} leaves open.
   *
   * @param given properties of the process, as spark-submit hands them over
   * @param master the value of {@code --master}
   */
  static SparkConf properties(SparkConf given, QuantizeConfig config, Optional<String> master) {
    master.ifPresent(url -> given.setIfMissing(MASTER, url));
    config.spark().forEach(given::setIfMissing);
    given.setIfMissing(
        "spark.app.name", "octant quantize " + Path.of(config.model().path()).getFileName());
    given.setIfMissing(MASTER, "local[*]");
    given.setIfMissing("spark.ui.showConsoleProgress", "false");
    if (given.get(MASTER).startsWith("local")) {
      embeddedDefaults().forEach(given::setIfMissing);
    } else {
      ownJar().ifPresent(jar -> given.setIfMissing(JARS, jar.toUri().toString()));
    }
    return given;
  }

  /** One process needs no web pages and no name that others can resolve. */
  private static Map<String, String> embeddedDefaults() {
    return Map.of(
        "spark.ui.enabled", "false",
        "spark.driver.host", "localhost",
        "spark.driver.bindAddress", "127.0.0.1",
        "spark.sql.warehouse.dir",
            Path.of(System.getProperty("java.io.tmpdir"), "octant-warehouse").toUri().toString());
  }

  /**
   * The jar that this class lies in, which executors of a cluster need; empty when run from class
   * files.
   */
  private static Optional<Path> ownJar() {
    try {
      Path place =
          Path.of(SparkRuntime.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return Files.isRegularFile(place) ? Optional.of(place) : Optional.empty();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
