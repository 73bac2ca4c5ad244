package io.octant.jobs.config;

/** Formats of data that a job reads. */
public enum Format {
  PARQUET
}
