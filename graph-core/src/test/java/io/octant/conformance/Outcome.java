package io.octant.conformance;

/**
 * How a case ended.
 *
 * @param kind what happened
 * @param message the first difference of a failure, the reason of a skip, the hand-written test of
 *     a case described in words or what it describes if it has none, the known differences behind
 *     which a pass compared something else, "" otherwise
 */
record Outcome(Kind kind, String message) {
  enum Kind {
    PASSED,
    FAILED,
    /** A known difference from PyTorch, listed with its reason. */
    SKIPPED,
    /** Described in words only; a hand-written test covers it. */
    API,
    /** Described in words only, without a test. */
    UNTESTED
  }

  static final Outcome PASS = new Outcome(Kind.PASSED, "");

  static Outcome failed(String message) {
    return new Outcome(Kind.FAILED, message);
  }

  static Outcome skipped(String reason) {
    return new Outcome(Kind.SKIPPED, reason);
  }
}
