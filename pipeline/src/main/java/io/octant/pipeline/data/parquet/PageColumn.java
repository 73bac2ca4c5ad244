package io.octant.pipeline.data.parquet;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A column whose pages {@link PageRows} reads by itself: a number, bytes or a list of floats, at
 * the top of the schema.
 *
 * @param kind what a value is
 * @param path where it lies in the file
 * @param listLevel definition level of an empty list, below which a list is null; 0 without a list
 * @param maxDefinition definition level of a value, or of an element, that is there
 */
record PageColumn(Kind kind, List<String> path, int listLevel, int maxDefinition) {

  /** What a row holds. */
  enum Kind {
    FLOATS(DataTypes.createArrayType(DataTypes.FloatType), Float.BYTES),
    FLOAT(DataTypes.FloatType, Float.BYTES),
    INT(DataTypes.IntegerType, Integer.BYTES),
    LONG(DataTypes.LongType, Long.BYTES),
    BYTES(DataTypes.BinaryType, 0);

    private final DataType type;
    private final int width;

    Kind(DataType type, int width) {
      this.type = type;
      this.width = width;
    }

    /** Bytes of a value, or of an element; 0 if each has its own length. */
    int width() {
      return width;
    }

    /** Spark's type of it. */
    DataType type() {
      return type;
    }

    /**
     * Whether it is what Spark has noted of a column.
     *
     * @param schema JSON of Spark's types
     */
    boolean isNoted(String schema, String column) {
      try {
        return DataType.fromJson(schema) instanceof StructType noted
            && List.of(noted.fieldNames()).contains(column)
            && DataType.equalsIgnoreNullability(noted.apply(column).dataType(), type);
      } catch (Exception e) {
        // Scala throws checked exceptions unchecked. What Spark cannot read it reports.
        return false;
      }
    }
  }

  private static final Set<Encoding> ENCODINGS =
      EnumSet.of(
          Encoding.PLAIN,
          Encoding.RLE,
          // Some writers name it for levels that a column does not have.
          Encoding.BIT_PACKED,
          Encoding.PLAIN_DICTIONARY,
          Encoding.RLE_DICTIONARY);

  private static final Set<CompressionCodecName> CODECS =
      EnumSet.of(
          CompressionCodecName.UNCOMPRESSED,
          CompressionCodecName.SNAPPY,
          CompressionCodecName.ZSTD);

  PageColumn {
    path = List.copyOf(path);
  }

  /** The column of a name, if it is one of those. */
  static Optional<PageColumn> in(MessageType schema, String name) {
    if (!schema.containsField(name) || schema.getType(name).isRepetition(Repetition.REPEATED)) {
      return Optional.empty();
    }
    Type type = schema.getType(name);
    int optional = type.isRepetition(Repetition.OPTIONAL) ? 1 : 0;
    if (type.isPrimitive()) {
      return kind(type.asPrimitiveType())
          .map(kind -> new PageColumn(kind, List.of(name), 0, optional));
    }
    GroupType list = type.asGroupType();
    return isFloats(list) ? Optional.of(floats(schema, list, optional)) : Optional.empty();
  }

  private static PageColumn floats(MessageType schema, GroupType list, int optional) {
    String entry = list.getFieldName(0);
    List<String> path =
        List.of(list.getName(), entry, list.getType(0).asGroupType().getFieldName(0));
    int max = schema.getMaxDefinitionLevel(path.toArray(String[]::new));
    return new PageColumn(Kind.FLOATS, path, optional, max);
  }

  private static Optional<Kind> kind(PrimitiveType type) {
    if (type.getLogicalTypeAnnotation() != null) {
      return Optional.empty();
    }
    return switch (type.getPrimitiveTypeName()) {
      case FLOAT -> Optional.of(Kind.FLOAT);
      case INT32 -> Optional.of(Kind.INT);
      case INT64 -> Optional.of(Kind.LONG);
      case BINARY -> Optional.of(Kind.BYTES);
      default -> Optional.empty();
    };
  }

  /** Whether it is a list of three levels, by the rules for those of older writers. */
  private static boolean isFloats(GroupType list) {
    if (!LogicalTypeAnnotation.listType().equals(list.getLogicalTypeAnnotation())
        || list.getFieldCount() != 1
        || list.getType(0).isPrimitive()
        || !list.getType(0).isRepetition(Repetition.REPEATED)) {
      return false;
    }
    GroupType entry = list.getType(0).asGroupType();
    return entry.getFieldCount() == 1
        && !entry.getName().equals("array")
        && !entry.getName().equals(list.getName() + "_tuple")
        && entry.getType(0).isPrimitive()
        && !entry.getType(0).isRepetition(Repetition.REPEATED)
        && kind(entry.getType(0).asPrimitiveType()).equals(Optional.of(Kind.FLOAT));
  }

  boolean isList() {
    return kind == Kind.FLOATS;
  }

  /** Whether encodings and codec of a chunk are known here. */
  static boolean isKnown(ColumnChunkMetaData chunk) {
    return CODECS.contains(chunk.getCodec()) && ENCODINGS.containsAll(chunk.getEncodings());
  }
}
