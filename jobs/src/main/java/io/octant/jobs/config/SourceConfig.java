package io.octant.jobs.config;

import io.octant.pipeline.data.DataFormats;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Samples in files on any Hadoop file system, or in a table.
 *
 * @param path file or folder, absolute or a URI; empty for a table, and for a format without
 * @param table as Spark's SQL names it; empty for files
 * @param format name of one of the {@link io.octant.pipeline.data.DataFormats}, or of another that
 *     {@code spark.read} has
 * @param options of the format
 * @param columns column by model input; an input that is not in the map has the column of its own
 *     name
 * @param limit number of samples to read, the first ones; empty reads all
 * @param filter condition on the columns, in Spark's SQL; empty keeps all
 * @param sample a part of the rows by chance; empty keeps all
 */
public record SourceConfig(
    Optional<String> path,
    Optional<String> table,
    String format,
    Map<String, String> options,
    Map<String, ColumnConfig> columns,
    OptionalInt limit,
    Optional<String> filter,
    Optional<SampleConfig> sample) {

  public SourceConfig {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    columns = Collections.unmodifiableMap(new TreeMap<>(columns));
  }

  /**
   * @throws SettingsException if there are keys that are of files alone, besides a table
   */
  static void refuseBesideTable(Settings settings, Key<String> table, List<Key<?>> ofFiles) {
    if (settings.find(table).isEmpty()) {
      return;
    }
    for (Key<?> key : ofFiles) {
      if (settings.find(key).isPresent()) {
        throw new SettingsException(
            "Cannot use key %s: a table has none, expected it without key %s"
                .formatted(key.path(), table.path()));
      }
    }
  }

  /** Whether there is anything to read. */
  public boolean isGiven() {
    return path.isPresent() || table.isPresent() || !hasFiles(format);
  }

  /** Whether files of a format are read by this program, not as a table of Spark's. */
  static boolean hasFiles(String format) {
    return DataFormats.names().contains(format);
  }

  /**
   * @throws SettingsException if there are keys that need files, with a format of Spark's that is
   *     read as a table
   */
  static void refuseBesideFormat(Settings settings, Key<String> format, List<Key<?>> ofFiles) {
    if (hasFiles(settings.value(format))) {
      return;
    }
    for (Key<?> key : ofFiles) {
      if (settings.find(key).isPresent()) {
        throw new SettingsException(
            ("Cannot use key %s: data of format %s has no files and no order here, expected one of"
                    + " %s in key %s")
                .formatted(
                    key.path(),
                    settings.value(format),
                    String.join(", ", DataFormats.names()),
                    format.path()));
      }
    }
  }

  static OptionalInt whole(Optional<Integer> number) {
    return number.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
