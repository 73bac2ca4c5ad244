package io.octant.pipeline.data;

import java.util.Arrays;
import java.util.Optional;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the name of a column: the whole name, whatever characters it has, or else names of nested
 * structures joined by dots.
 */
final class ColumnPath {
  private ColumnPath() {}

  /** Where a column lies in a file. */
  static Optional<String[]> in(MessageType schema, String name) {
    if (schema.containsField(name)) {
      return Optional.of(new String[] {name});
    }
    String[] path = name.split("\\.", -1);
    GroupType group = schema;
    for (int i = 0; i < path.length; i++) {
      if (!group.containsField(path[i])) {
        return Optional.empty();
      }
      Type type = group.getType(path[i]);
      if (i < path.length - 1) {
        if (type.isPrimitive() || type.getLogicalTypeAnnotation() != null) {
          return Optional.empty();
        }
        group = type.asGroupType();
      }
    }
    return Optional.of(path);
  }

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

  static boolean starts(String[] path, String[] prefix) {
    return path.length >= prefix.length
        && Arrays.equals(path, 0, prefix.length, prefix, 0, prefix.length);
  }

  private static Optional<StructField> field(StructType struct, String name) {
    return Arrays.stream(struct.fields()).filter(f -> f.name().equals(name)).findFirst();
  }

  private static String quoted(String part) {
    return "`" + part.replace("`", "``") + "`";
  }
}
