package io.octant.jobs.fuzz;

import java.util.List;
import java.util.function.Supplier;

/**
 * A parser and what it is tried with.
 *
 * @param name as {@code dev/fuzz} takes it
 * @param parses what it reads, for the list of targets
 * @param seeds valid inputs to begin with
 * @param parser reads an input, and whatever a user would do with the result next
 */
record FuzzTarget(String name, String parses, Supplier<List<byte[]>> seeds, Parser parser) {
  /** Reads an input; refuses it with an {@code OctantException}. */
  @FunctionalInterface
  interface Parser {
    void read(byte[] input) throws Exception;
  }
}
