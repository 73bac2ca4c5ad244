package io.octant.jobs.config;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Samples on any Hadoop file system.
 *
 * @param path file or folder, absolute or a URI
 * @param format name of one of the {@link io.octant.pipeline.data.DataFormats}
 * @param columns column by model input; an input that is not in the map has the column of its own
 *     name
 * @param limit number of samples to read, the first ones; empty reads all
 * @param filter condition on the columns, in Spark's SQL; empty keeps all
 * @param sample a part of the rows by chance; empty keeps all
 */
public record SourceConfig(
    String path,
    String format,
    Map<String, ColumnConfig> columns,
    OptionalInt limit,
    Optional<String> filter,
    Optional<SampleConfig> sample) {

  public SourceConfig {
    columns = Collections.unmodifiableMap(new TreeMap<>(columns));
  }

  static OptionalInt whole(Optional<Integer> number) {
    return number.map(OptionalInt::of).orElse(OptionalInt.empty());
  }
}
