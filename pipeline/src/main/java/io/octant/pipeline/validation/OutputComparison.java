package io.octant.pipeline.validation;

import io.octant.onnx.ModelOutput;

/**
 * Float against int8 in one output.
 *
 * @param name of the output
 * @param samples whether samples have their parts in it, or all of it was compared once a batch
 * @param compared parts compared: samples, or batches
 * @param agreement share of parts, of those in which float has no NaN, that name the same class;
 *     NaN if the output names none
 * @param sqnrDb {@code 10 log10(Σ f² / Σ (f − q)²)} over the elements of all parts without NaN; +∞
 *     if both are equal, −∞ where float is zero throughout and int8 is not, NaN if nothing was
 *     compared
 * @param cosine mean over parts of {@code Σ f·q / (|f| · |q|)}, −1 to 1, of parts whose elements
 *     are finite in both and not all zero in float; 0 where int8 is zero throughout; NaN without
 *     such parts
 * @param maxAbsError largest {@code |f − q|} over the same elements; NaN if there are none
 * @param floatNan parts with NaN in float
 * @param int8Nan parts with NaN in int8
 * @param int8NanOnly parts with NaN in int8 but not in float
 * @param nonFiniteElements elements of parts without NaN that are left out, as one of the two is
 *     infinite
 */
public record OutputComparison(
    String name,
    ModelOutput.Samples samples,
    long compared,
    double agreement,
    double sqnrDb,
    double cosine,
    double maxAbsError,
    long floatNan,
    long int8Nan,
    long int8NanOnly,
    long nonFiniteElements) {

  /** Whether both are the same: no error, and nothing that was left out of it. */
  public boolean isEqual() {
    return sqnrDb == Double.POSITIVE_INFINITY && !hasNonFinite();
  }

  /** Whether NaN that float has not, or infinities, are left out of the figures. */
  public boolean hasNonFinite() {
    return int8NanOnly > 0 || nonFiniteElements > 0;
  }
}
