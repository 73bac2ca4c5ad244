package io.octant.nn;

import io.octant.OctantException;
import java.util.Arrays;
import java.util.List;

/** Sizes of spatial axes, given once for all axes or once for each. */
public final class Sizes {
  private Sizes() {}

  /** The sizes as a list. */
  public static List<Integer> list(int... sizes) {
    return Arrays.stream(sizes).boxed().toList();
  }

  /**
   * A size for each axis.
   *
   * @param what the setting, for messages
   */
  public static int[] spread(String what, List<Integer> sizes, int axes) {
    if (sizes.size() != 1 && sizes.size() != axes) {
      throw new OctantException(
          "Cannot configure " + what + ": " + sizes + ", expected one number or " + axes);
    }
    int[] out = new int[axes];
    for (int i = 0; i < axes; i++) {
      out[i] = sizes.get(sizes.size() == 1 ? 0 : i);
    }
    return out;
  }
}
