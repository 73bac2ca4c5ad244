package io.octant.engine;

import com.sun.management.OperatingSystemMXBean;
import io.octant.graph.GraphException;
import io.octant.graph.Node;
import java.lang.management.ManagementFactory;

/**
 * What engines may plan to hold at once. What a session needs is known before it takes any, so that
 * a model that does not fit is refused by name.
 *
 * @param bytes the most
 * @param of what that is, for messages
 */
public record MemoryBudget(long bytes, String of) {
  /**
   * For tensors on the Java heap: three quarters of what the heap may grow to. The rest is what a
   * collector needs to move them, and for weights and data.
   */
  public static MemoryBudget heap() {
    return new MemoryBudget(
        Runtime.getRuntime().maxMemory() / 4 * 3, "three quarters of the Java heap");
  }

  /** For memory of the system: all that the machine, or its container, has. */
  public static MemoryBudget system() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new MemoryBudget(system.getTotalMemorySize(), "the memory of the machine");
  }

  /**
   * Checks that a plan fits.
   *
   * @param planned bytes that are held for a node and beside it
   * @throws GraphException naming the node, what it needs and what there is
   */
  public void require(Node node, long planned) {
    if (planned > bytes) {
      throw new GraphException(
          "Cannot compile node "
              + node.described()
              + ": with what is alive beside it it takes "
              + planned
              + " bytes, expected at most "
              + bytes
              + ", "
              + of
              + "; fewer samples at once take less");
    }
  }
}
