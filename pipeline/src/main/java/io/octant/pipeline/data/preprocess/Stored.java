package io.octant.pipeline.data.preprocess;

/** Where a column has its pictures. */
public enum Stored {
  /** In it, as encoded bytes. */
  INSIDE,
  /** In files, whose paths it has. */
  FILES
}
