package io.octant.jobs.config;

/** Ways to solve the range of an activation from its observed distribution. */
public enum Method {
  L2,
  MSE,
  MINMAX,
  PERCENTILE,
  ENTROPY
}
