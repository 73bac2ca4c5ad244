package io.octant.jobs.spark;

import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.pipeline.OctantPlugin;
import io.octant.pipeline.execution.RunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Settles the properties of a job's Spark session. What spark-submit or a {@code -Dspark…} property
 * says goes first, then {@code --master}, then the configuration, then the defaults of this class.
 */
public final class SparkRuntime {

  private static final String MASTER = "spark.master";
  private static final String JARS = "spark.jars";
  private static final String PLUGINS = "spark.plugins";

  /** The launcher's: jars that it was given for the class path, with colons between them. */
  private static final String FURTHER_JARS = "octant.jars";

  private SparkRuntime() {}

  /**
   * Starts the session of a job; the caller stops it.
   *
   * @throws SettingsException if Spark does not take the properties
   * @throws RunException if it cannot start for another reason
   */
  public static SparkSession start(SparkConf properties) {
    try {
      // The builder of SparkSession looks for this one by Scala's reflection, for a second.
      return org.apache.spark.sql.classic.SparkSession.builder().config(properties).getOrCreate();
    } catch (Exception e) {
      // Scala throws SparkException, which Java has for a checked exception.
      String message = "Cannot start Spark: " + e.getMessage();
      if (e instanceof IllegalArgumentException) {
        throw new SettingsException(message + ", expected properties that Spark takes", e);
      }
      throw new RunException(message, e);
    }
  }

  /**
   * The properties of this process, with what they leave open filled in.
   *
   * @param command what is done, such as {@code calibrate}
   * @param master the value of {@code --master}
   */
  public static SparkConf properties(
      QuantizeConfig config, String command, Optional<String> master) {
    return properties(new SparkConf(true), config, command, master);
  }

  /**
   * What the configuration and {@code --master} say in vain, as the process says otherwise.
   *
   * @param settled what {@link #properties} has made of all
   */
  public static List<String> overruled(
      SparkConf settled, QuantizeConfig config, Optional<String> master) {
    List<String> overruled = new ArrayList<>();
    master
        .filter(url -> !url.equals(settled.get(MASTER)))
        .ifPresent(url -> overruled.add("--master"));
    config
        .spark()
        .forEach(
            (key, value) -> {
              boolean replaced = !settled.get(key, value).equals(value);
              boolean byOption = key.equals(MASTER) && master.isPresent();
              if (replaced && !byOption && !key.equals(PLUGINS)) {
                overruled.add(key);
              }
            });
    return overruled;
  }

  /** Hadoop's configuration as Spark will have it, without starting Spark. */
  public static Configuration hadoop(SparkConf properties) {
    Configuration hadoop = new Configuration();
    for (Tuple2<String, String> property : properties.getAllWithPrefix("spark.hadoop.")) {
      hadoop.set(property._1(), property._2());
    }
    return hadoop;
  }

  /**
   * Fills in what {@code given} leaves open.
   *
   * @param given properties of the process, as spark-submit hands them over
   */
  static SparkConf properties(
      SparkConf given, QuantizeConfig config, String command, Optional<String> master) {
    master.ifPresent(url -> given.setIfMissing(MASTER, url));
    config.spark().forEach(given::setIfMissing);
    given.setIfMissing(
        "spark.app.name", "octant " + command + " " + Path.of(config.model().path()).getFileName());
    given.setIfMissing(MASTER, "local[*]");
    given.setIfMissing("spark.ui.showConsoleProgress", "false");
    addPlugin(given, OctantPlugin.class.getName());
    if (given.get(MASTER).startsWith("local")) {
      embeddedDefaults().forEach(given::setIfMissing);
    } else {
      List<String> jars = executorJars();
      if (!jars.isEmpty()) {
        given.setIfMissing(JARS, String.join(",", jars));
      }
    }
    return given;
  }

  /** Beside those that others have asked for. */
  private static void addPlugin(SparkConf given, String plugin) {
    String others = given.get(PLUGINS, "");
    if (!Arrays.asList(others.split(",", -1)).contains(plugin)) {
      given.set(PLUGINS, others.isBlank() ? plugin : others + "," + plugin);
    }
  }

  /** What executors of a cluster lack: Octant, and what the launcher was given besides. */
  private static List<String> executorJars() {
    List<String> jars = new ArrayList<>();
    ownJar().ifPresent(jar -> jars.add(jar.toUri().toString()));
    String further = System.getProperty(FURTHER_JARS, "");
    for (String jar : further.isEmpty() ? new String[0] : further.split(":", -1)) {
      jars.add(Path.of(jar).toAbsolutePath().toUri().toString());
    }
    return jars;
  }

  /** One process needs no web pages and no name that others can resolve. */
  private static Map<String, String> embeddedDefaults() {
    return Map.of(
        "spark.ui.enabled", "false",
        // An error in a task would end this process before it could say what failed.
        "spark.executor.killOnFatalError.depth", "0",
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
