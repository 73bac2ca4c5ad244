package io.octant.jobs.config;

/** What to do about NaN and infinities in the data. */
public enum NonFinite {
  REFUSE,
  REPORT
}
