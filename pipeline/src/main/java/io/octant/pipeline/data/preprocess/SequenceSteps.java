package io.octant.pipeline.data.preprocess;

import io.octant.OctantException;
import java.io.Serializable;
import java.util.List;

/**
 * How lists of different lengths become as long as one axis of the input: what is too long is cut,
 * what is too short is filled up. NumPy's {@code pad} with {@code mode="constant"}, and a slice.
 *
 * @param axis of the input, its batch counted, from 0; or {@link #ONLY}
 * @param pad one or none; without it, what is shorter is refused
 * @param truncate the end that is cut, one or none; without it, what is longer is refused
 */
public record SequenceSteps(int axis, List<Pad> pad, List<Side> truncate) implements Preprocessing {
  /** The axis is the only one of a sample that is longer than 1. */
  public static final int ONLY = -1;

  /**
   * What a sample is filled up with.
   *
   * @param value as the input has it: it is not scaled
   * @param side where it stands
   */
  public record Pad(double value, Side side) implements Serializable {
    public Pad {
      if (!Double.isFinite(value)) {
        throw new OctantException("Cannot pad with " + value + ", expected a finite number");
      }
    }
  }

  public SequenceSteps {
    pad = List.copyOf(pad);
    truncate = List.copyOf(truncate);
  }
}
