package io.octant.conformance;

import java.util.List;

/**
 * Every place where Octant differs from PyTorch on purpose; {@code
 * docs/differences-from-pytorch.md} explains each under its id.
 */
final class KnownDifferences {
  static final List<KnownDifference> ALL = KernelDifferences.ALL;

  private KnownDifferences() {}
}
