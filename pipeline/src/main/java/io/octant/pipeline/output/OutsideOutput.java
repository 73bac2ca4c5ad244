package io.octant.pipeline.output;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * What a run reads or keeps must not lie in its output: publishing replaces all that is there, and
 * a folder that holds other things is no place for one.
 */
public final class OutsideOutput {
  private OutsideOutput() {}

  /**
   * Checks that a file or folder is neither the output nor below it. Either is on any Hadoop file
   * system, and need not exist; links are not followed.
   *
   * @throws OutputException naming both if it is
   */
  public static void require(Configuration hadoop, String output, String place) {
    Path target = qualified(hadoop, output);
    for (Path at = qualified(hadoop, place); at != null; at = at.getParent()) {
      if (at.equals(target)) {
        throw new OutputException(
            "Cannot write output: "
                + output
                + " is to hold the results, and "
                + place
                + " lies in it, expected another place for one of them");
      }
    }
  }

  private static Path qualified(Configuration hadoop, String text) {
    try {
      Path path = new Path(text);
      return path.getFileSystem(hadoop).makeQualified(path);
    } catch (java.net.UnknownHostException | java.net.ConnectException e) {
      throw new OutputUnavailableException(
          "Cannot reach " + text + " (" + e.getMessage() + "), expected storage that works", e);
    } catch (IOException | IllegalArgumentException e) {
      throw new OutputException(
          "Cannot reach " + text + " (" + e.getMessage() + "), expected a path", e);
    }
  }
}
