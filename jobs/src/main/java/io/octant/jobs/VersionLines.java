package io.octant.jobs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import picocli.CommandLine.IVersionProvider;

/** The versions of what takes part in a result: for {@code --version} and for result.json. */
final class VersionLines implements IVersionProvider {

  /** Version by component: octant, dnnl, java, spark; sorted by name. */
  static Map<String, String> versions() {
    Map<String, String> versions = new TreeMap<>();
    Properties built = new Properties();
    try (InputStream in = VersionLines.class.getResourceAsStream("version.properties")) {
      built.load(Objects.requireNonNull(in, "version.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    built.forEach((name, version) -> versions.put((String) name, (String) version));
    versions.put("java", System.getProperty("java.version"));
    versions.put("spark", org.apache.spark.package$.MODULE$.SPARK_VERSION());
    return versions;
  }

  @Override
  public String[] getVersion() {
    return versions().entrySet().stream()
        .map(version -> version.getKey() + " " + version.getValue())
        .toArray(String[]::new);
  }
}
