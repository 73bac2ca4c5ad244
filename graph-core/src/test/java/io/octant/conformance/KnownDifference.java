package io.octant.conformance;

import java.util.function.BiPredicate;

/**
 * A place where Octant does not follow PyTorch on purpose. It explains a failing case by what the
 * case contains and where it differs, so that it holds for cases nobody has seen yet.
 *
 * @param id heading in {@code docs/differences-from-pytorch.md}
 * @param reason one sentence
 * @param applies whether it explains a case's difference
 * @param instead what is compared where values differ for this reason
 */
record KnownDifference(
    String id, String reason, BiPredicate<GoldenCase, String> applies, Instead instead) {
  /** What to compare values with where PyTorch's are known to be wrong. */
  enum Instead {
    /**
     * Fused models with the recorded outputs of the float one, converted ones with Octant's own
     * reference form.
     */
    OWN_REFERENCE,
    /** Nothing: the case is skipped. */
    NOTHING,
    /** The recorded outputs of PyTorch's own reference form. */
    REFERENCE_OUTPUTS,
    /** The recorded outputs all the same, with Octant's convolutions padding with zeros as well. */
    ZERO_PADDING
  }

  KnownDifference(String id, String reason, BiPredicate<GoldenCase, String> applies) {
    this(id, reason, applies, Instead.NOTHING);
  }

  boolean explains(GoldenCase golden, String difference) {
    return applies.test(golden, difference);
  }
}
