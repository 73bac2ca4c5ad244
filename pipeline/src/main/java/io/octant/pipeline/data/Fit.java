package io.octant.pipeline.data;

import io.octant.pipeline.data.preprocess.SequenceSteps;
import io.octant.pipeline.data.preprocess.Side;
import java.io.Serializable;

/**
 * The axis of an input along which the lists of a column may have another length.
 *
 * @param depth of the lists that stand for the axis, 0 for the outermost; also for bytes
 * @param length of the axis
 * @param unit how many entries of such a list are one step along the axis
 */
record Fit(int depth, int length, int unit, SequenceSteps steps) implements Serializable {

  /**
   * What of a list goes where, in entries.
   *
   * @param skip how many are cut off before
   * @param count how many are taken
   * @param at how many are filled up before
   * @param behind how many are filled up behind
   */
  record Window(int skip, int count, int at, int behind) {
    static final Window NONE = new Window(0, -1, 0, 0);

    static Window all(int count) {
      return new Window(0, count, 0, 0);
    }

    boolean fits() {
      return count >= 0;
    }
  }

  /** {@link Window#NONE} if a list of so many entries does not fit. */
  Window window(int entries) {
    int found = entries / unit;
    if (entries % unit != 0
        || (found < length && steps.pad().isEmpty())
        || (found > length && steps.truncate().isEmpty())) {
      return Window.NONE;
    }
    int surplus = Math.max(0, found - length) * unit;
    int missing = Math.max(0, length - found) * unit;
    int skip = surplus > 0 && steps.truncate().get(0) == Side.LEFT ? surplus : 0;
    int at = missing > 0 && steps.pad().get(0).side() == Side.LEFT ? missing : 0;
    return new Window(skip, entries - surplus, at, missing - at);
  }

  /** What fits, for a message. */
  String expected(int entries) {
    boolean pads = !steps.pad().isEmpty();
    boolean cuts = !steps.truncate().isEmpty();
    String bound = pads ? cuts ? "any number" : "up to " + entries : "at least " + entries;
    return bound + (unit > 1 ? ", a multiple of " + unit + "," : "");
  }

  /** What fills up; asked for only if something is filled up. */
  double value() {
    return steps.pad().get(0).value();
  }
}
