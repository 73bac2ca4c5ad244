package io.octant.jobs.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Samples in files on any Hadoop file system, or in a table.
 *
 * @param path file or folder, absolute or a URI; empty for a table
 * @param table as Spark's SQL names it; empty for files
 * @param format name of one of the {@link io.octant.pipeline.data.DataFormats}
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
    Map<String, ColumnConfig> columns,
    OptionalInt limit,
    Optional<String> filter,
    Optional<SampleConfig> sample) {

  public SourceConfig {
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

  static OptionalInt whole(Optional<Integer> number) {
    return number.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
