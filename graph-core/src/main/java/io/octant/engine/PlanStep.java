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
 * @param implementation what a native kernel calls itself, {@code brgconv:avx512_core} say; one
 *     that begins with {@code ref} is a plain loop of oneDNN; "" otherwise
 * @param work what one run of a native kernel amounts to
 */
public record PlanStep(
    List<String> nodes,
    String operator,
    Kernel kernel,
    String reason,
    String implementation,
    Work work) {
  /** Where a step runs. */
  public enum Kernel {
    NATIVE,
    REFERENCE,
    /** Folded at compile time or a pure view: nothing runs. */
    FOLDED
  }

  /**
   * What one run amounts to.
   *
   * @param multiplyAdds products of weights or of two matrices; 0 for other kernels
   * @param integer whether they are of integers of 8 bits
   * @param bytes of the buffers that it reads and writes, whole ones, and of its weights
   */
  public record Work(long multiplyAdds, boolean integer, long bytes) {
    /** Of a step that is not native. */
    public static final Work UNKNOWN = new Work(0, false, 0);
  }

  /** Whether it runs on the reference operators or on a plain loop of oneDNN. */
  public boolean isSlow() {
    return kernel == Kernel.REFERENCE || implementation.startsWith("ref");
  }

  /** A step on the reference operators. */
  public static PlanStep reference(List<String> nodes, String operator, String reason) {
    return new PlanStep(nodes, operator, Kernel.REFERENCE, reason, "", Work.UNKNOWN);
  }

  /** A node for which nothing runs. */
  public static PlanStep folded(String node, String operator) {
    return new PlanStep(List.of(node), operator, Kernel.FOLDED, "", "", Work.UNKNOWN);
  }
}
