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
 * @param fit the axis along which lists and bytes may have another length
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
    @Nullable Fit fit,
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
    /** As the path of a JPEG or PNG file. */
    FILE,
    /** As a text to be tokenized. */
    TEXT,
    /** As a structure of the two texts of a pair. */
    TEXTS
  }

  TensorColumn {
    lengths = List.copyOf(lengths);
  }

  /**
   * What is taken of a list, or of bytes.
   *
   * @param depth how many lists it lies in
   * @param entries that it has
   * @param expected that it has if nothing is cut or filled up
   */
  Fit.Window window(int depth, int entries, int expected) {
    if (fit != null && fit.depth() == depth) {
      return fit.window(entries);
    }
    return entries == expected ? Fit.Window.all(entries) : Fit.Window.NONE;
  }

  /** What a list is to have, for a message. */
  String expected(int depth, int entries) {
    return fit != null && fit.depth() == depth ? fit.expected(entries) : String.valueOf(entries);
  }

  boolean isScaled() {
    return scale != 1 || offset != 0;
  }
}
