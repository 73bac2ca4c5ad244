package io.octant.tensor;

/** Which channel the elements of a row-major tensor belong to. */
final class Channels {
  private final int inner;
  private final int count;

  /** One channel per index of {@code axis}; the whole tensor is one channel if it is negative. */
  Channels(Shape shape, int axis) {
    int below = 1;
    for (int a = axis + 1; axis >= 0 && a < shape.rank(); a++) {
      below *= shape.dim(a);
    }
    this.inner = below;
    this.count = axis < 0 ? 1 : shape.dim(axis);
  }

  int of(int element) {
    return count == 1 ? 0 : element / inner % count;
  }
}
