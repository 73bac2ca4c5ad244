package io.octant.kernels.plan;

/** A value of run time that is, or will be, in a slot of the context. */
sealed interface Placed permits Activation, LateResult {
  /** Index of the slot, −1 if it is in none. */
  int slot();
}
