package io.octant.kernels.plan;

/** Turns one call into kernels, a view or a compile-time constant. Stateless. */
@FunctionalInterface
interface Lowering {
  /**
   * Lowers.
   *
   * @return the value of the node, with an {@link Activation} for every tensor of run time
   * @throws io.octant.kernels.binding.UnsupportedKernelException with the reason for the plan
   */
  Object lower(Site site);
}
