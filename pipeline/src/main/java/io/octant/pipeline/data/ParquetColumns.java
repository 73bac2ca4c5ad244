package io.octant.pipeline.data;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Checks the schema of the files against what the model wants. */
record ParquetColumns(String description, StructType schema) {

  /**
   * @throws DataException if a column is bound to something that is no model input
   */
  void requireInputs(Collection<String> bound, List<SampleField> inputs) {
    List<String> known = inputs.stream().map(SampleField::input).toList();
    for (String name : bound.stream().sorted().toList()) {
      if (!known.contains(name)) {
        throw new DataException(
            "Cannot bind a column to model input: " + name + ", expected one of " + known);
      }
    }
  }

  RowDecoder.InputColumn input(String name, SampleField field) {
    DataType type = load(name, field.toString()).dataType();
    ElementType element = ElementType.find(type);
    if (element == null || !element.fills(field.dtype())) {
      throw new DataException(
          "Cannot read column '"
              + name
              + "' of "
              + description
              + ": "
              + type.catalogString()
              + ", expected an array or binary column that fits "
              + field);
    }
    boolean containsNull = type instanceof ArrayType array && array.containsNull();
    return new RowDecoder.InputColumn(name, element, containsNull, field);
  }

  RowDecoder.LabelColumn label(String name) {
    DataType type = load(name, "the label").dataType();
    ElementType element = ElementType.findScalar(type);
    if (element == null || !element.isIntegral()) {
      throw new DataException(
          "Cannot read label column '"
              + name
              + "' of "
              + description
              + ": "
              + type.catalogString()
              + ", expected an integer column");
    }
    return new RowDecoder.LabelColumn(name, element);
  }

  private StructField load(String name, String purpose) {
    return Arrays.stream(schema.fields())
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "Cannot find column '"
                        + name
                        + "' for "
                        + purpose
                        + " in "
                        + description
                        + ", expected one of "
                        + List.of(schema.fieldNames())));
  }
}
