package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;

import io.octant.NearestNames;
import io.octant.pipeline.data.TensorColumn.Layout;
import io.octant.pipeline.data.preprocess.PictureInput;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.SequenceSteps;
import io.octant.pipeline.data.preprocess.TokenInput;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.tensor.DType;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Checks the columns of the files against what the model wants. */
record TableColumns(String description, StructType schema) {

  /**
   * @throws DataException if a column is bound to something that is no model input
   */
  static void requireInputs(Collection<String> bound, List<SampleField> inputs) {
    List<String> known = inputs.stream().map(SampleField::input).toList();
    for (String name : bound.stream().sorted().toList()) {
      if (!known.contains(name)) {
        throw new DataException(
            "Cannot bind a column to model input: "
                + name
                + ", expected "
                + NearestNames.one(name, known)
                + (known.size() > 1 ? " or another of " + known : ""));
      }
    }
  }

  TensorColumn input(ColumnBinding binding, SampleField field) {
    DataType type = load(binding.column(), field.toString()).type();
    if (binding.preprocessing().orElse(null) instanceof PictureSteps steps) {
      return picture(binding, steps, type, field);
    }
    if (binding.preprocessing().orElse(null) instanceof TokenSteps steps) {
      return text(binding, steps, type, field);
    }
    DataType innermost = type;
    int depth = 0;
    while (innermost instanceof ArrayType array) {
      innermost = array.elementType();
      depth++;
    }
    boolean isBytes = depth == 0 && innermost instanceof BinaryType;
    DType element = isBytes ? binding.bytes().orElse(field.dtype()) : number(innermost);
    if (element == null || (isBytes && !ColumnBinding.BYTE_TYPES.contains(element))) {
      throw misfit(binding, type, field);
    }
    if (!isBytes && binding.bytes().isPresent()) {
      throw new DataException(
          "Cannot read column '"
              + binding.column()
              + "' of "
              + description
              + " as bytes of "
              + binding.bytes().get()
              + ": "
              + type.catalogString()
              + ", expected a binary column");
    }
    if (!ElementCopy.fits(element, field.dtype())) {
      throw misfit(binding, type, field);
    }
    if (binding.isScaled() && !field.dtype().isFloatingPoint()) {
      throw new DataException(
          "Cannot scale column '" + binding.column() + "': " + field + ", expected a float input");
    }
    List<Integer> lengths = isBytes ? List.of() : lengths(binding, type, depth, field);
    return new TensorColumn(
        binding.column(),
        isBytes ? Layout.BYTES : depth == 0 ? Layout.NUMBER : Layout.LISTS,
        element,
        lengths,
        binding.scale(),
        binding.offset(),
        field,
        binding.preprocessing().orElse(null) instanceof SequenceSteps steps
            ? FitPlan.of(binding, steps, isBytes ? 1 : depth, lengths, field)
            : null,
        null);
  }

  /** What Spark selects for an input; for a pair of texts, a structure of the two. */
  Column source(ColumnBinding binding, SampleField field) {
    Column first = col(found(binding, field).expression());
    if (binding.preprocessing().orElse(null) instanceof TokenSteps steps) {
      for (TokenSteps.Pair pair : steps.pair()) {
        return struct(first, col(load(pair.column(), field.toString()).expression()));
      }
    }
    return first;
  }

  /**
   * That of the binding, or the bytes in a structure of {@code bytes} and {@code path} where
   * pictures are wanted, as the library datasets of Hugging Face writes them.
   */
  private ColumnPath.Found found(ColumnBinding binding, SampleField field) {
    ColumnPath.Found found = load(binding.column(), field.toString());
    return binding.preprocessing().orElse(null) instanceof PictureSteps
            && found.type() instanceof StructType structure
            && List.of(structure.fieldNames()).contains("bytes")
        ? new ColumnPath.Found(found.expression() + ".`bytes`", structure.apply("bytes").dataType())
        : found;
  }

  private TensorColumn picture(
      ColumnBinding binding, PictureSteps steps, DataType type, SampleField field) {
    if (binding.readsFiles()) {
      requireText(binding.column(), type, field);
    } else if (!(found(binding, field).type() instanceof BinaryType)) {
      throw new DataException(
          "Cannot read column '"
              + binding.column()
              + "' of "
              + description
              + ": "
              + type.catalogString()
              + ", expected a binary column of encoded pictures, or a structure with their bytes,"
              + " for "
              + field);
    }
    boolean changed = binding.isScaled() || !steps.normalize().isEmpty();
    if (field.dtype() != DType.FLOAT32 && (field.dtype() != DType.UINT8 || changed)) {
      throw new DataException(
          "Cannot read pictures of column '"
              + binding.column()
              + "'"
              + (changed ? " and scale them" : "")
              + ": "
              + field
              + ", expected "
              + (changed ? "a float32 input" : "a float32 or uint8 input"));
    }
    Optional<String> misfit = steps.misfit(field.dims());
    if (misfit.isPresent()) {
      throw new DataException(
          "Cannot read pictures of column '"
              + binding.column()
              + "': "
              + misfit.get()
              + ", expected what fits "
              + field);
    }
    return new TensorColumn(
        binding.column(),
        binding.readsFiles() ? Layout.FILE : Layout.PICTURE,
        DType.UINT8,
        List.of(),
        binding.scale(),
        binding.offset(),
        field,
        null,
        new PictureInput(steps, field.dims(), binding.scale(), binding.offset()));
  }

  private TensorColumn text(
      ColumnBinding binding, TokenSteps steps, DataType type, SampleField field) {
    requireText(binding.column(), type, field);
    for (TokenSteps.Pair pair : steps.pair()) {
      requireText(pair.column(), load(pair.column(), field.toString()).type(), field);
    }
    boolean integers = field.dtype() == DType.INT64 || field.dtype() == DType.INT32;
    if (!integers || binding.isScaled() || field.dims().stream().filter(n -> n != 1).count() > 1) {
      throw new DataException(
          "Cannot read tokens of column '"
              + binding.column()
              + "': "
              + field
              + (binding.isScaled() ? ", scaled" : "")
              + ", expected an input of one axis besides the batch, int64 or int32, and no scale");
    }
    return new TensorColumn(
        binding.column(),
        steps.pair().isEmpty() ? Layout.TEXT : Layout.TEXTS,
        DType.INT64,
        List.of(),
        1,
        0,
        field,
        null,
        new TokenInput(steps, field.numel()));
  }

  private void requireText(String column, DataType type, SampleField field) {
    if (!(type instanceof StringType)) {
      throw new DataException(
          "Cannot read column '"
              + column
              + "' of "
              + description
              + ": "
              + type.catalogString()
              + ", expected a column of texts for "
              + field);
    }
  }

  /**
   * Lengths of lists by depth: all in one, or as the shape has them, with or without its ones.
   * Lists of another depth are free: any lengths that make up the sample. They are no freer than
   * that, so that channels-last lists do not fill a channels-first input.
   */
  private List<Integer> lengths(
      ColumnBinding binding, DataType type, int depth, SampleField field) {
    List<Integer> squeezed = field.dims().stream().filter(n -> n != 1).toList();
    if (depth == 1) {
      return List.of(field.numel());
    } else if (depth == 0 && field.numel() == 1) {
      return List.of();
    } else if (depth == field.dims().size()) {
      return field.dims();
    } else if (depth == squeezed.size()) {
      return squeezed;
    } else if (depth > 1) {
      return Collections.nCopies(depth, TensorColumn.FREE);
    }
    throw misfit(binding, type, field);
  }

  private DataException misfit(ColumnBinding binding, DataType type, SampleField field) {
    return new DataException(
        "Cannot read column '"
            + binding.column()
            + "' of "
            + description
            + ": "
            + type.catalogString()
            + ", expected "
            + (field.dtype().isFloatingPoint()
                ? "numbers of up to 64 bits"
                : "integers of up to 64 bits")
            + " in a list, in lists of lists, or as bytes, for "
            + field);
  }

  RowDecoder.LabelColumn label(String name) {
    DataType type = load(name, "the label").type();
    DType element = number(type);
    if (element == null) {
      throw new DataException(
          "Cannot read label column '"
              + name
              + "' of "
              + description
              + ": "
              + type.catalogString()
              + ", expected an integer column");
    }
    return new RowDecoder.LabelColumn(name, element, 0);
  }

  /** A column as Spark selects it. */
  ColumnPath.Found load(String name, String purpose) {
    return ColumnPath.in(schema, name)
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

  private static @Nullable DType number(DataType type) {
    if (type instanceof BooleanType) {
      return DType.BOOL;
    } else if (type instanceof ByteType) {
      return DType.INT8;
    } else if (type instanceof ShortType) {
      return DType.INT16;
    } else if (type instanceof IntegerType) {
      return DType.INT32;
    } else if (type instanceof LongType) {
      return DType.INT64;
    } else if (type instanceof FloatType) {
      return DType.FLOAT32;
    } else if (type instanceof DoubleType) {
      return DType.FLOAT64;
    }
    return null;
  }
}
