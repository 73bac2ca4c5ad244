package io.octant.jobs.spark;

import io.octant.jobs.config.Location;
import io.octant.jobs.config.SettingsException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.VersionInfo;
import org.jspecify.annotations.Nullable;

/** Looks whether the file systems of a job are on the class path, before anything needs them. */
public final class FileSystems {
  private static final String S3 = "software.amazon.awssdk.services.s3.S3Client";

  private FileSystems() {}

  /**
   * Checks that there is a file system for a location. Nothing is connected to.
   *
   * @param what the key, option or argument that names it
   * @throws SettingsException naming the jar that is missing and how to add it, or if the location
   *     has credentials in it, or is on HDFS and nothing names the host
   */
  public static void require(Configuration hadoop, String what, String location) {
    Location.requireNoCredentials(what, location);
    String scheme = scheme(location);
    if (scheme == null) {
      return;
    }
    if (scheme.equals("hdfs")
        && new Path(location).toUri().getAuthority() == null
        && !FileSystem.getDefaultUri(hadoop).getScheme().equals("hdfs")) {
      throw new SettingsException(
          "Cannot use "
              + what
              + ": "
              + location
              + " (no host), expected hdfs://host:port/..., or spark.hadoop.fs.defaultFS");
    }
    String reason;
    try {
      FileSystem.getFileSystemClass(scheme, hadoop);
      if (!scheme.equals("s3a") || hadoop.getClassByNameOrNull(S3) != null) {
        return;
      }
      reason = "hadoop-aws without the AWS SDK";
    } catch (IOException | RuntimeException | LinkageError e) {
      // Hadoop names classes for some schemes that only other jars have.
      reason = "no file system for " + scheme;
    }
    throw new SettingsException(
        "Cannot use %s: %s (%s), expected %s".formatted(what, location, reason, remedy(scheme)));
  }

  /** Null for the default file system, and for what is no URI, which its reader tells. */
  private static @Nullable String scheme(String location) {
    try {
      return new Path(location).toUri().getScheme();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String remedy(String scheme) {
    return switch (scheme) {
      case "s3a" -> "./octant --with s3, or " + hadoopModule("aws");
      case "s3", "s3n" -> "s3a:// in its place, and ./octant --with s3, or " + hadoopModule("aws");
      case "abfs", "abfss", "wasb", "wasbs" -> hadoopModule("azure") + ", or OCTANT_JARS";
      case "oss" -> hadoopModule("aliyun") + ", or OCTANT_JARS";
      case "cosn" -> hadoopModule("cos") + ", or OCTANT_JARS";
      case "gs" -> "gcs-connector (shaded) in spark-submit --jars, or in OCTANT_JARS";
      default ->
          "a scheme that Hadoop knows, such as file, hdfs or s3a, or the jar of its file system in"
              + " spark-submit --jars or OCTANT_JARS";
    };
  }

  private static String hadoopModule(String name) {
    return "spark-submit --packages org.apache.hadoop:hadoop-"
        + name
        + ":"
        + VersionInfo.getVersion();
  }
}
