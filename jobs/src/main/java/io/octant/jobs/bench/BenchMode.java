package io.octant.jobs.bench;

/** Which form of a model is measured. */
public enum BenchMode {
  /** As the file has it. */
  FLOAT,
  /** With observers, as calibration runs it. */
  OBSERVED,
  /** Converted to int8. */
  INT8
}
