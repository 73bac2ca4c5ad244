package io.octant.calibration;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * The samples of one run that an observer sees: the value of a graph's edge without the padding of
 * its batch. No PyTorch counterpart.
 */
public final class ObservedSamples {
  private final Tensor value;
  private final float[] values;
  private final long times;
  private final int axis;
  private final int period;
  private final int length;

  private ObservedSamples(Tensor value, long times, int axis, int period, int length) {
    this.value = value;
    this.values = floats(value);
    this.times = times;
    this.axis = axis;
    this.period = period;
    this.length = length;
  }

  /**
   * A value that does not depend on the batch: it counts once for each sample, whatever the
   * micro-batches.
   *
   * @param samples how many there are
   */
  public static ObservedSamples shared(Tensor value, long samples) {
    return new ObservedSamples(value, samples, 0, value.numel(), value.numel());
  }

  /**
   * The leading samples of a value.
   *
   * @param axis the axis that holds the samples
   * @param blocks how often all samples follow each other along the axis
   * @param rowsPerSample consecutive indices of the axis that belong to one sample
   * @param samples how many are no padding
   */
  public static ObservedSamples of(
      Tensor value, int axis, int blocks, int rowsPerSample, int samples) {
    int stride = value.shape().strides()[axis];
    int rows = value.shape().dim(axis) / blocks;
    return new ObservedSamples(value, 1, axis, stride * rows, stride * rowsPerSample * samples);
  }

  /** How often each of the values counts. */
  public long times() {
    return times;
  }

  /** Receives values {@code [from, to)} of an array. */
  @FunctionalInterface
  public interface Run {
    /**
     * Receives the values from {@code from} to before {@code to}; the array must not be changed or
     * kept.
     */
    void accept(float[] values, int from, int to);
  }

  /** Hands over all values, in row-major order; not copied, and not to be changed. */
  public void forEachRun(Run run) {
    for (int from = 0; from < values.length; from += period) {
      run.accept(values, from, from + length);
    }
  }

  /** All values as a float32 tensor; its axes are those of the observed value. */
  public Tensor tensor() {
    int[] dims = value.shape().toArray();
    if (length == period) {
      return Tensor.of(values, dims);
    }
    dims[axis] = (int) ((long) dims[axis] * length / period);
    float[] valid = new float[Shape.of(dims).numel()];
    int[] at = {0};
    forEachRun(
        (all, from, to) -> {
          System.arraycopy(all, from, valid, at[0], to - from);
          at[0] += to - from;
        });
    return Tensor.of(valid, dims);
  }

  private static float[] floats(Tensor t) {
    if (t.dtype().storage() == DType.Storage.FLOATS) {
      return t.floats();
    }
    float[] out = new float[t.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) t.doubleAt(i);
    }
    return out;
  }
}
