package io.octant.pipeline.data;

import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the name of a column: the whole name, whatever characters it has, or else names of nested
 * structures joined by dots.
 */
final class ColumnPath {
  private ColumnPath() {}

  /** The field of a column and its parts for {@link #quoted}. */
  static Optional<Found> in(StructType schema, String name) {
    Optional<StructField> whole = field(schema, name);
    if (whole.isPresent()) {
      return Optional.of(new Found(quoted(name), whole.get().dataType()));
    }
    DataType type = schema;
    for (String part : name.split("\\.", -1)) {
      if (!(type instanceof StructType struct)) {
        return Optional.empty();
      }
      Optional<StructField> field = field(struct, part);
      if (field.isEmpty()) {
        return Optional.empty();
      }
      type = field.get().dataType();
    }
    return Optional.of(
        new Found(
            String.join(".", Arrays.stream(name.split("\\.", -1)).map(ColumnPath::quoted).toList()),
            type));
  }

  /**
   * A column of the schema.
   *
   * @param expression as Spark's {@code col} reads it
   */
  record Found(String expression, DataType type) {}

  private static Optional<StructField> field(StructType struct, String name) {
    return Arrays.stream(struct.fields()).filter(f -> f.name().equals(name)).findFirst();
  }

  private static String quoted(String part) {
    return "`" + part.replace("`", "``") + "`";
  }
}
