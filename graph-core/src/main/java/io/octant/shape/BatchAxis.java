package io.octant.shape;

/**
 * Where a tensor holds the samples of a batch: one axis, whose index runs over {@code blocks}, then
 * samples, then {@code rowsPerSample}. Without reshapes that merge the batch with other axes both
 * are 1; {@code [N * T, C]} has T rows a sample, the time-major {@code [T * N, C]} T blocks.
 *
 * @param axis the axis that holds the batch, −1 for a tensor that does not depend on it
 * @param blocks how often the samples of the whole batch follow each other along the axis
 * @param rowsPerSample consecutive indices of the axis that belong to one sample
 */
public record BatchAxis(int axis, int blocks, int rowsPerSample) {
  /** A tensor that does not depend on the batch. */
  public static final BatchAxis NONE = new BatchAxis(-1, 0, 0);

  /** An axis whose index is that of the sample. */
  public static BatchAxis of(int axis) {
    return new BatchAxis(axis, 1, 1);
  }

  /** Whether the tensor depends on the batch. */
  public boolean exists() {
    return axis >= 0;
  }

  /** Size of the axis for a batch. */
  public int size(int batch) {
    return blocks * batch * rowsPerSample;
  }

  /** The same samples on another axis. */
  BatchAxis on(int other) {
    return new BatchAxis(other, blocks, rowsPerSample);
  }
}
