package io.octant.jobs.faults;

/** How a run may end that a fault has met; all else is an error of the run. */
enum Outcome {
  /** As if nothing had happened. */
  SAME_BYTES,
  /** With a message that names what is at fault, and nothing published. */
  CLEAR_ERROR
}
