package io.octant.pipeline.data.spark;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileLook;
import java.io.Serializable;
import org.apache.hadoop.fs.FileSystem;

/** Counts the rows of files by reading them. */
record RowCount(SparkRows rows) implements FileLook<RowCount.Found> {

  /**
   * A file that was read.
   *
   * @param fault what is wrong with it, "" if nothing is
   */
  record Found(String uri, long length, long rows, String fault) implements Serializable {}

  @Override
  public Found look(FileSystem fs, DataFile file) {
    try {
      return new Found(file.uri(), file.length(), rows.count(file), "");
    } catch (DataException e) {
      return new Found(file.uri(), file.length(), 0, fault(file, String.valueOf(e.getMessage())));
    }
  }

  /** The message without what every message about the file says. */
  private static String fault(DataFile file, String message) {
    String about = "Cannot read data: " + DataFile.readable(file.uri());
    String rest = message.startsWith(about) ? message.substring(about.length()) : message;
    int expected = rest.lastIndexOf(", expected ");
    return (expected < 0 ? rest : rest.substring(0, expected)).replaceFirst("^:? ", "");
  }
}
