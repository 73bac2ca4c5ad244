package io.octant.pipeline.data;

import java.io.IOException;
import java.io.Serializable;
import org.apache.hadoop.fs.FileSystem;

/**
 * Looks at a file on an executor.
 *
 * @param <T> what is found, serializable
 */
@FunctionalInterface
public interface FileLook<T> extends Serializable {

  /**
   * Looks. A damaged file is a result and no exception, as it may lie behind those that are wanted.
   *
   * @throws IOException if the storage fails; the task is tried again
   */
  T look(FileSystem fs, DataFile file) throws IOException;
}
