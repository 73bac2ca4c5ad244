package io.octant.tensor;

import java.util.StringJoiner;
import java.util.function.IntFunction;

/** Texts of many values that show those at both ends. */
final class Abbreviated {
  private static final int ENDS = 3;

  private Abbreviated() {}

  static String values(int count, IntFunction<String> text) {
    StringJoiner out = new StringJoiner(", ");
    boolean all = count <= 2 * ENDS;
    for (int i = 0; i < (all ? count : ENDS); i++) {
      out.add(text.apply(i));
    }
    if (!all) {
      out.add("...");
      for (int i = count - ENDS; i < count; i++) {
        out.add(text.apply(i));
      }
    }
    return out.toString();
  }
}
