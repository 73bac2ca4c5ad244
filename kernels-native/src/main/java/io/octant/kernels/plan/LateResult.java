package io.octant.kernels.plan;

/** What a node gives whose shape is known when it runs only: anything, as one slot holds it. */
record LateResult(int slot) implements Placed {}
