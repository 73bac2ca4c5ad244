package io.octant.pipeline.data;

import io.octant.pipeline.data.preprocess.PreparedInput;
import io.octant.tensor.DType;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column and the model input that it fills.
 *
 * @param name of the column
 * @param layout how a row holds the elements
 * @param element type of an element
 * @param lengths of the lists at each depth, for {@link Layout#LISTS}; {@link #FREE} if each row
 *     may have its own
 * @param scale factor of every value
 * @param offset summand of every value
 * @param prepared what turns a value into elements, for pictures and texts alone
 */
record TensorColumn(
    String name,
    Layout layout,
    DType element,
    List<Integer> lengths,
    double scale,
    double offset,
    SampleField field,
    @Nullable PreparedInput prepared)
    implements Serializable {

  static final int FREE = -1;

  /** How a row holds the elements of a sample. */
  enum Layout {
    /** As a number, for an input of one element. */
    NUMBER,
    /** As a list, or as lists of lists. */
    LISTS,
    /** As little-endian bytes. */
    BYTES,
    /** As the bytes of a JPEG or PNG file. */
    PICTURE,
    /** As a text to be tokenized. */
    TEXT,
    /** As a structure of the two texts of a pair. */
    TEXTS
  }

  TensorColumn {
    lengths = List.copyOf(lengths);
  }

  boolean isScaled() {
    return scale != 1 || offset != 0;
  }
}
