package io.octant.pipeline.data.arrow;

import java.util.Optional;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Types of Spark that hold the values of columns: numbers, texts, bytes, and lists of these.
 * Columns of other types are left out.
 */
final class ArrowTypes {
  private ArrowTypes() {}

  static StructType of(Schema schema) {
    StructType out = new StructType();
    for (Field field : schema.getFields()) {
      Optional<DataType> type = of(field);
      if (type.isPresent()) {
        out = out.add(field.getName(), type.get());
      }
    }
    return out;
  }

  private static Optional<DataType> of(Field field) {
    ArrowType type = field.getType();
    if (type instanceof ArrowType.Int integer) {
      return Optional.of(integer(integer));
    } else if (type instanceof ArrowType.FloatingPoint number) {
      return Optional.of(
          number.getPrecision() == FloatingPointPrecision.DOUBLE
              ? DataTypes.DoubleType
              : DataTypes.FloatType);
    } else if (type instanceof ArrowType.Bool) {
      return Optional.of(DataTypes.BooleanType);
    } else if (type instanceof ArrowType.Utf8 || type instanceof ArrowType.LargeUtf8) {
      return Optional.of(DataTypes.StringType);
    } else if (type instanceof ArrowType.Binary
        || type instanceof ArrowType.LargeBinary
        || type instanceof ArrowType.FixedSizeBinary) {
      return Optional.of(DataTypes.BinaryType);
    } else if (type instanceof ArrowType.List
        || type instanceof ArrowType.LargeList
        || type instanceof ArrowType.FixedSizeList) {
      Field element = field.getChildren().get(0);
      return element.getDictionary() == null
          ? of(element).map(DataTypes::createArrayType)
          : Optional.empty();
    }
    return Optional.empty();
  }

  /** The next wider type for what has no sign; what has 64 bits is checked when it is read. */
  private static DataType integer(ArrowType.Int type) {
    return switch (type.getBitWidth()) {
      case 8 -> type.getIsSigned() ? DataTypes.ByteType : DataTypes.ShortType;
      case 16 -> type.getIsSigned() ? DataTypes.ShortType : DataTypes.IntegerType;
      case 32 -> type.getIsSigned() ? DataTypes.IntegerType : DataTypes.LongType;
      default -> DataTypes.LongType;
    };
  }
}
