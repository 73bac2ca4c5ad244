package io.octant.pipeline.data;

import java.util.Optional;
import org.apache.spark.SparkThrowable;

/**
 * Finds in what Spark throws on the driver the failure of data that a task met: a {@link
 * DataException} of a decoder, or a file that Spark could not read.
 */
public final class FileFailure {
  private FileFailure() {}

  /** The data at fault, or empty if something else failed. */
  public static Optional<DataException> find(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof DataException d) {
        return Optional.of(d);
      }
      String condition = t instanceof SparkThrowable s ? String.valueOf(s.getCondition()) : "";
      if (condition.startsWith("FAILED_READ_FILE")) {
        String file = ((SparkThrowable) t).getMessageParameters().get("path");
        return Optional.of(
            new DataException(
                "Cannot read data: "
                    + file
                    + ": damaged or changed ("
                    + rootMessage(t)
                    + "), expected a readable file of the same schema as the others",
                thrown));
      }
    }
    return Optional.empty();
  }

  /** First line of the innermost cause's message. */
  static String rootMessage(Throwable thrown) {
    Throwable t = thrown;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return String.valueOf(t.getMessage()).lines().findFirst().orElse(t.getClass().getName());
  }
}
