package io.octant.pipeline.data;

/** Which folders below the one that is named belong to the data. */
public enum Folders {
  /** Partitions, whose names have an equals sign; the others are left out and counted. */
  PARTITIONS,
  /** All but hidden ones. */
  ALL
}
