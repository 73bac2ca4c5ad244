package io.octant.kernels.plan;

/**
 * Where the samples of a micro-batch are in a tensor.
 *
 * @param axis axis whose length grows with the batch, negative if none does
 * @param perSample indices of the axis that each sample takes, consecutive ones
 */
record BatchAxis(int axis, int perSample) {
  static final BatchAxis SHARED = new BatchAxis(-1, 0);

  /** No single axis grows with the batch, so padding cannot be told apart. */
  static final BatchAxis UNKNOWN = new BatchAxis(-2, 0);
}
