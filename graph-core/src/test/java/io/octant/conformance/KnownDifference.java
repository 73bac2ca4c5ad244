package io.octant.conformance;

import java.util.function.BiPredicate;

/**
 * A place where Octant does not follow PyTorch on purpose. It explains a failing case by what the
 * case contains and where it differs, so that it holds for cases nobody has seen yet.
 *
 * @param id heading in {@code docs/differences-from-pytorch.md}
 * @param reason one sentence
 * @param applies whether it explains a case's difference
 */
record KnownDifference(String id, String reason, BiPredicate<GoldenCase, String> applies) {
  boolean explains(GoldenCase golden, String difference) {
    return applies.test(golden, difference);
  }
}
