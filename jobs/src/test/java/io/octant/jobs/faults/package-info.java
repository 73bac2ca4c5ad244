/**
 * Faults that are brought about while a job runs, on purpose: each ends in the bytes of a run that
 * nothing disturbed, or in a clear error with nothing half-written. {@code dev/faults} runs them
 * many times with varied timing, the cluster tests each once.
 */
@NullMarked
package io.octant.jobs.faults;

import org.jspecify.annotations.NullMarked;
