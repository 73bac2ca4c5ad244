package io.octant.pipeline.data;

/**
 * What a run does about files that are found damaged when they are looked through, and rows that
 * hold no sample.
 */
public enum Damaged {
  /** The first one is an error. */
  REFUSE,
  /** They are left out, named and counted, and the run goes on with the others. */
  SKIP
}
