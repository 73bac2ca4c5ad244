package io.octant.pipeline.data;

import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.Preprocessing;
import io.octant.pipeline.data.preprocess.SequenceSteps;
import io.octant.pipeline.data.preprocess.Stored;
import io.octant.pipeline.data.preprocess.TokenSteps;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The column of a model input, and how its values become those of the input: {@code value · scale +
 * offset}, computed in double precision and rounded once.
 *
 * @param column its name; names of nested structures are joined by dots
 * @param bytes what the bytes of a binary column are, little-endian; empty for the input's own type
 * @param scale factor, not zero
 * @param offset summand
 * @param preprocessing what its values are if they are no elements, such as encoded pictures; scale
 *     and offset are one of its steps then. Or how many elements they may be
 */
public record ColumnBinding(
    String column,
    Optional<DType> bytes,
    double scale,
    double offset,
    Optional<Preprocessing> preprocessing) {
  /** The types that bytes may be. */
  public static final Set<DType> BYTE_TYPES =
      EnumSet.of(
          DType.FLOAT32,
          DType.FLOAT64,
          DType.INT64,
          DType.INT32,
          DType.INT16,
          DType.INT8,
          DType.UINT16,
          DType.UINT8,
          DType.BOOL);

  public ColumnBinding {
    if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
      throw new DataException(
          "Cannot scale column '"
              + column
              + "': scale "
              + scale
              + ", offset "
              + offset
              + ", expected finite numbers and a scale other than 0");
    }
    boolean areElements = preprocessing.isEmpty() || preprocessing.get() instanceof SequenceSteps;
    if (bytes.isPresent() && !areElements) {
      throw new DataException(
          "Cannot read column '"
              + column
              + "' as bytes of "
              + bytes.get()
              + " and preprocess it: expected one of the two");
    }
    if (bytes.isPresent() && !BYTE_TYPES.contains(bytes.get())) {
      throw new DataException(
          "Cannot read bytes of column '"
              + column
              + "': "
              + bytes.get()
              + ", expected one of "
              + BYTE_TYPES);
    }
  }

  /** A column whose values are the input's. */
  public static ColumnBinding of(String column) {
    return new ColumnBinding(column, Optional.empty(), 1, 0, Optional.empty());
  }

  /** Names of the columns that are read. */
  List<String> columns() {
    List<String> names = new ArrayList<>(List.of(column));
    if (preprocessing.orElse(null) instanceof TokenSteps steps) {
      steps.pair().forEach(pair -> names.add(pair.column()));
    }
    return names;
  }

  /** Whether its values are paths of files that are read besides those of the data. */
  boolean readsFiles() {
    return preprocessing.orElse(null) instanceof PictureSteps steps
        && steps.stored() == Stored.FILES;
  }

  boolean isScaled() {
    return scale != 1 || offset != 0;
  }
}
