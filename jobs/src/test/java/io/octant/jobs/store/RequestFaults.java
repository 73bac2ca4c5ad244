package io.octant.jobs.store;

import java.util.Random;

/**
 * Which requests go wrong: a share of them, by a seed.
 *
 * @see FaultyProxy
 */
public final class RequestFaults {
  /** What goes wrong with one request. */
  public enum Kind {
    NONE,
    /** The store is too busy: 503, and does nothing. */
    BUSY,
    /** The store takes its time before it answers. */
    SLOW,
    /** The connection ends in the middle of the answer, of an object as well. */
    CUT,
    /** The store does it, but its answer is lost. */
    LOST
  }

  public static final RequestFaults NEVER = new RequestFaults(Kind.NONE, 0, 0);

  private final Kind kind;
  private final double share;
  private final Random random;
  private int made;

  public RequestFaults(Kind kind, double share, long seed) {
    this.kind = kind;
    this.share = share;
    this.random = new Random(seed);
  }

  synchronized Kind next() {
    if (kind == Kind.NONE || random.nextDouble() >= share) {
      return Kind.NONE;
    }
    made++;
    return kind;
  }

  /** How many requests have gone wrong. */
  public synchronized int made() {
    return made;
  }
}
