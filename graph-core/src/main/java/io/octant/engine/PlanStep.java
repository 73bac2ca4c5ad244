package io.octant.engine;

import java.util.List;

/**
 * One compiled step.
 *
 * @param nodes names of the graph nodes that it computes, fused ones included
 * @param operator readable kernel name, {@code conv2d_u8s8u8+relu} say
 * @param kernel which kind ran
 * @param reason why it is not native, or of a native one why it is the exact kernel and not the
 *     fast one of an 8-bit layer; "" otherwise
 */
public record PlanStep(List<String> nodes, String operator, Kernel kernel, String reason) {
  /** Where a step runs. */
  public enum Kernel {
    NATIVE,
    REFERENCE,
    /** Folded at compile time or a pure view: nothing runs. */
    FOLDED
  }
}
