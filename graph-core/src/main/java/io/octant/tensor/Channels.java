package io.octant.tensor;

/**
 * Which channel the elements of a row-major tensor belong to: what an index along the axis of
 * PyTorch's per-channel parameters is.
 */
public final class Channels {
  private final int elements;
  private final int inner;
  private final int count;

  /** Neighbouring elements of one channel. */
  @FunctionalInterface
  public interface Run {
    /** Those from {@code from} up to, and without, {@code to}. */
    void of(int channel, int from, int to);
  }

  /** One channel per index of {@code axis}; the whole tensor is one channel if it is negative. */
  public Channels(Shape shape, int axis) {
    this.elements = shape.numel();
    this.inner = axis < 0 ? elements : shape.strides()[axis];
    this.count = axis < 0 ? 1 : shape.dim(axis);
  }

  /** All elements, in their order. */
  public void forEachRun(Run run) {
    int channel = 0;
    for (int from = 0; from < elements; from += inner) {
      run.of(channel, from, from + inner);
      channel = channel + 1 == count ? 0 : channel + 1;
    }
  }
}
