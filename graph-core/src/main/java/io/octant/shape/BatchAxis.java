package io.octant.shape;

/**
 * Where a tensor holds the batch.
 *
 * @param axis the axis whose size grows with the batch, −1 for a tensor that does not depend on it
 * @param rowsPerSample consecutive indices of the axis that belong to one sample: more than one
 *     where the batch was merged with the axes after it
 */
public record BatchAxis(int axis, int rowsPerSample) {
  /** A tensor that does not depend on the batch. */
  public static final BatchAxis NONE = new BatchAxis(-1, 0);

  /** Whether the tensor depends on the batch. */
  public boolean exists() {
    return axis >= 0;
  }

  /** The indices of the axis that the first samples take. */
  public int rows(int samples) {
    return samples * rowsPerSample;
  }
}
