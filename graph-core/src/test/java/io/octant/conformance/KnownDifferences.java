package io.octant.conformance;

import java.util.List;
import java.util.Optional;
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

  /** The first that explains a difference. */
  static Optional<KnownDifference> explaining(GoldenCase golden, Difference difference) {
    return ALL.stream().filter(k -> k.explains(golden, difference.getMessage())).findFirst();
  }
}
