package io.octant.jobs.console;

/** How much a command says beyond its result. */
public enum Verbosity {
  /** Results, progress and failures. */
  QUIET,
  /** Stack traces and Spark's own log. */
  VERBOSE
}
