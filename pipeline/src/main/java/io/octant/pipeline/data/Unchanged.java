package io.octant.pipeline.data;

import io.octant.pipeline.data.splits.AfterRead;
import io.octant.pipeline.data.splits.ListedFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Makes sure that the rows of a file are those of the file that was listed: one that has been
 * replaced meanwhile, by a good file of as many rows, shows in nothing else.
 */
record Unchanged(Broadcast<SerializableConfiguration> hadoop) implements AfterRead {
  private static final long serialVersionUID = 1L;

  static Unchanged of(SparkSession spark) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new Unchanged(
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())));
  }

  /**
   * @throws DataException if the file is another now, or gone
   * @throws StorageException if the file system does not say
   */
  @Override
  public void check(ListedFile file) {
    Path path = new Path(URI.create(file.uri()));
    FileStatus now;
    try {
      now = path.getFileSystem(hadoop.value().value()).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new DataException(
          "Cannot read data: " + path + ": vanished while it was read, expected it to stay", e);
    } catch (IOException | FSError e) {
      throw StorageException.of(path.toString(), e);
    }
    String stamp = DataFile.stamp(now);
    if (now.getLen() != file.length() || !stamp.equals(file.stamp())) {
      throw new DataException(
          "Cannot read data: %s: changed while it was read, to %d bytes, %s, expected %d bytes, %s"
              .formatted(path, now.getLen(), stamp, file.length(), file.stamp()));
    }
  }
}
