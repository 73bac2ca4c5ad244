package io.octant.jobs;

/** How much a command says beyond its result. */
enum Verbosity {
  QUIET,
  /** Stack traces and Spark's own log. */
  VERBOSE
}
