package io.octant.kernels.binding;

import java.util.List;

/**
 * A step of what follows a layer in training, element by element. Each has {@link #FLOATS}
 * parameters that a run reads.
 */
public enum Stage {
  /** {@code max(x, 0)}; a gradient passes above 0. */
  RELU(0),
  /** Parameters: low, high. A gradient passes between them. */
  CLIP(1),
  /**
   * Parameters: 1 / scale, scale, zero point, lowest and highest integer, 0 while it is off. NaN
   * becomes 0. A gradient passes where the integer was within its range.
   */
  FAKE_QUANTIZE(2);

  /** Places for the parameters of one stage. */
  public static final int FLOATS = 8;

  private final long code;

  Stage(long code) {
    this.code = code;
  }

  static long[] codes(List<Stage> stages) {
    return stages.stream().mapToLong(s -> s.code).toArray();
  }
}
