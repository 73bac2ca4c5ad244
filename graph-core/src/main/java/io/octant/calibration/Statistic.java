package io.octant.calibration;

/**
 * What an observer has learned of the values that passed it: a value of a commutative monoid, so
 * that it does not matter which executor saw which of them, or in what order. Has {@code equals}.
 *
 * <p>To add one: a class, its {@link StatisticKind}, and an observer that learns from it; {@code
 * CONTRIBUTING.md} lists the files. No PyTorch counterpart.
 *
 * @param <S> the class itself
 */
public interface Statistic<S extends Statistic<S>> {
  /** How statistics of this class are named, written and read. */
  StatisticKind<S> kind();

  /**
   * What both saw together; neither is changed. Associative and commutative.
   *
   * @throws io.octant.OctantException if they cannot be of one observer, or a count overflows
   */
  S plus(S other);

  /** An equal one that does not change with this one; itself if it is immutable. */
  S copy();
}
