package io.octant.pipeline.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/** Reads, on the executors, files that rows name. */
record NamedFiles(Broadcast<SerializableConfiguration> hadoop) implements Serializable {
  private static final long MOST_BYTES = 1L << 30;

  static NamedFiles of(SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new NamedFiles(
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
  }

  /** A name that leads to no file; whoever has read it adds where it stands. */
  static final class NoFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String expected;

    NoFileException(String found, String expected) {
      super(found);
      this.expected = expected;
    }

    String expected() {
      return expected;
    }
  }

  /**
   * The bytes of a file.
   *
   * @param of URI of the file that names it; relative names start from its folder
   * @throws NoFileException if there is no such file
   * @throws StorageException if the storage does not answer
   */
  byte[] read(String of, String name) throws NoFileException {
    Path path = path(of, name);
    try {
      FileSystem fs = path.getFileSystem(hadoop.value().value());
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory() || status.getLen() > MOST_BYTES) {
        throw new NoFileException(
            path + ": " + (status.isDirectory() ? "a folder" : status.getLen() + " bytes"),
            "a file of a picture");
      }
      byte[] bytes = new byte[(int) status.getLen()];
      try (FSDataInputStream in = fs.open(path)) {
        in.readFully(0, bytes);
      }
      return bytes;
    } catch (FileNotFoundException e) {
      throw new NoFileException(path + ": no such file", "an existing file");
    } catch (IOException | FSError e) {
      throw StorageException.of(path.toString(), e);
    }
  }

  /**
   * Tells a file from others by path, length and entity tag or time.
   *
   * @param of URI of the file that names it
   * @throws StorageException if the storage does not answer
   */
  String look(String of, String name) {
    try {
      Path path = path(of, name);
      try {
        FileStatus status = path.getFileSystem(hadoop.value().value()).getFileStatus(path);
        return status.getPath().toUri() + " " + status.getLen() + " " + DataFile.stamp(status);
      } catch (FileNotFoundException e) {
        return path + " absent";
      } catch (IOException | FSError e) {
        throw StorageException.of(path.toString(), e);
      }
    } catch (NoFileException e) {
      return name + " no path";
    }
  }

  private static Path path(String of, String name) throws NoFileException {
    URI base = URI.create(of);
    try {
      Path path = new Path(name);
      if (path.isAbsolute()) {
        return path.toUri().getScheme() == null && !base.getScheme().equals("table")
            ? path.makeQualified(new Path(base).toUri(), new Path("/"))
            : path;
      }
      if (base.getScheme().equals("table")) {
        throw new NoFileException(
            "the relative path " + name, "an absolute one, as a table has no folder");
      }
      return new Path(new Path(base).getParent(), path);
    } catch (IllegalArgumentException e) {
      throw new NoFileException("\"" + name + "\" (" + e.getMessage() + ")", "a path");
    }
  }
}
