package io.octant.pipeline.validation;

import io.octant.tensor.Tensor;

/**
 * One sample's part of a model's output.
 *
 * @param batch the output, batch in axis 0
 * @param from index of the sample's first element
 * @param length number of elements
 */
record Output(Tensor batch, int from, int length) {

  static Output of(Tensor batch, int sample) {
    int length = batch.numel() / batch.shape().dim(0);
    return new Output(batch, sample * length, length);
  }

  double at(int i) {
    return batch.doubleAt(from + i);
  }

  /** Index of the largest element, the first of equal ones; −1 if all are NaN. */
  int top1() {
    int best = -1;
    for (int i = 0; i < length; i++) {
      if (!Double.isNaN(at(i)) && (best < 0 || at(i) > at(best))) {
        best = i;
      }
    }
    return best;
  }
}
