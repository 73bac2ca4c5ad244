package io.octant.pipeline.data;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Properties of Hadoop, which Spark takes for options of data. A job has one Hadoop configuration
 * for all that it reads and writes.
 */
public final class HadoopProperties {
  private static final Pattern NAME =
      Pattern.compile("(spark[.]hadoop|hadoop|fs|dfs|io|ipc|mapred|mapreduce|parquet)[.]");

  private HadoopProperties() {}

  /**
   * Refuses them among the options of a format.
   *
   * @throws DataException that says where they belong
   */
  public static void refuse(String format, Set<String> options) {
    for (String option : new TreeSet<>(options)) {
      if (NAME.matcher(option).lookingAt()) {
        throw new DataException(
            "Cannot read data of format "
                + format
                + " with option "
                + option
                + ": a property of Hadoop, which holds for all that a job reads and writes, expected"
                + " it in key spark.hadoop."
                + option.replaceFirst("^spark[.]hadoop[.]", ""));
      }
    }
  }
}
