package io.octant.conformance;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every place where Octant differs from PyTorch on purpose; {@code
 * docs/differences-from-pytorch.md} explains each under its id.
 */
final class KnownDifferences {
  static final List<KnownDifference> ALL =
      Stream.of(GraphDifferences.ALL, KernelDifferences.ALL, NumericDifferences.ALL)
          .flatMap(List::stream)
          .toList();

  private KnownDifferences() {}
}
