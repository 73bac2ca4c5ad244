package io.octant.pipeline.data.parquet;

import java.util.Arrays;
import java.util.Optional;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads the name of a column as {@link io.octant.pipeline.data.TableRequest} says, in the schema of
 * a file.
 */
final class ParquetPath {
  private ParquetPath() {}

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

  static boolean starts(String[] path, String[] prefix) {
    return path.length >= prefix.length
        && Arrays.equals(path, 0, prefix.length, prefix, 0, prefix.length);
  }
}
