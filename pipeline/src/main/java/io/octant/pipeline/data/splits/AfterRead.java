package io.octant.pipeline.data.splits;

import java.io.Serializable;

/** Hears in a task of each file of which all rows that the task wants have been read. */
public interface AfterRead extends Serializable {
  /** Throws if what was read is not what was wanted. */
  void check(ListedFile file);
}
