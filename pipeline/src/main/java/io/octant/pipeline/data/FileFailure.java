package io.octant.pipeline.data;

import io.octant.OctantException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.spark.SparkThrowable;

/**
 * Finds in what Spark throws on the driver the failure of data that a task met: a {@link
 * DataException} of a decoder, or a file that Spark could not read. Of the latter, what the file
 * system threw is a {@link StorageException}, and what reading the format threw a {@link
 * DataException}.
 */
public final class FileFailure {
  /** Code that reads bytes it has: what it throws is the fault of the bytes. */
  private static final List<String> DECODERS =
      List.of(
          "org.apache.arrow.",
          "org.apache.parquet.",
          "shaded.parquet.",
          "org.apache.spark.sql.execution.datasources.parquet.",
          "org.apache.orc.",
          "com.univocity.",
          "com.fasterxml.jackson.",
          "org.apache.hadoop.io.compress.",
          "org.apache.commons.compress.",
          "org.xerial.snappy.",
          "com.github.luben.zstd.",
          "io.airlift.compress.",
          "net.jpountz.",
          "java.util.zip.");

  private FileFailure() {}

  /** The data or storage at fault, or empty if something else failed. */
  public static Optional<OctantException> find(Throwable thrown) {
    for (Throwable t : CauseChain.of(thrown)) {
      if (t instanceof DataException || t instanceof StorageException) {
        return Optional.of((OctantException) t);
      }
      String condition = t instanceof SparkThrowable s ? String.valueOf(s.getCondition()) : "";
      if (condition.startsWith("FAILED_READ_FILE")) {
        String file = ((SparkThrowable) t).getMessageParameters().get("path");
        return Optional.of(of(readable(String.valueOf(file)), thrown));
      }
      if (t instanceof SparkThrowable s && isOfValues(s)) {
        return Optional.of(
            new DataException(
                "Cannot compute a condition or column of the data: "
                    + rootMessage(t)
                    + ", expected one that can be computed of every row",
                thrown));
      }
    }
    return Optional.empty();
  }

  /** Whether an expression met values that it has no result for, as the standard of SQL has it. */
  private static boolean isOfValues(SparkThrowable thrown) {
    String state = thrown.getSqlState();
    return state != null && state.startsWith("22");
  }

  /** The failure of reading a file. */
  public static OctantException of(String file, Throwable thrown) {
    return isStorage(thrown)
        ? StorageException.of(file, thrown)
        : new DataException(
            "Cannot read data: "
                + file
                + ": damaged or changed ("
                + rootMessage(thrown)
                + "), expected a readable file of the same schema as the others",
            thrown);
  }

  /** Whether it was not the bytes of a file that were at fault, but the way to them. */
  private static boolean isStorage(Throwable thrown) {
    CauseChain chain = CauseChain.of(thrown);
    boolean storage = false;
    for (Throwable t : chain) {
      if (t instanceof ChecksumException
          || t instanceof EOFException
          || t instanceof FileNotFoundException) {
        return false;
      }
      if (t instanceof IOException) {
        storage = !isThrownByDecoder(t);
      } else if (isThrownByDecoder(t) && t == chain.innermost()) {
        return false;
      }
    }
    return storage;
  }

  private static boolean isThrownByDecoder(Throwable t) {
    StackTraceElement[] frames = t.getStackTrace();
    return frames.length > 0 && DECODERS.stream().anyMatch(frames[0].getClassName()::startsWith);
  }

  private static String readable(String uri) {
    try {
      return DataFile.readable(uri);
    } catch (IllegalArgumentException e) {
      return uri;
    }
  }

  /** First line of the innermost cause's message. */
  public static String rootMessage(Throwable thrown) {
    Throwable t = CauseChain.of(thrown).innermost();
    return t.getMessage() == null
        ? t.getClass().getSimpleName()
        : t.getMessage().lines().findFirst().orElse(t.getClass().getSimpleName());
  }
}
