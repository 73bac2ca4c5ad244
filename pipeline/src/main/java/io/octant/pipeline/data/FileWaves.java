package io.octant.pipeline.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * What files are, in their order, looked at on the executors: all at once, or, where only so many
 * rows are wanted, in waves that grow, so that a few rows of many files do not take a look at all,
 * nor many rows as many jobs.
 *
 * @param <T> what is found of a file
 */
public final class FileWaves<T> implements Iterator<T> {
  /** Looking is waiting for storage: more tasks than cores do no harm. */
  private static final int FILES_PER_TASK = 16;

  private static final int GROWTH = 4;

  private final JavaSparkContext context;
  private final List<DataFile> files;
  private final FileLook<T> look;
  private int wave;
  private int next;
  private Iterator<T> looked = Collections.emptyIterator();

  /** Files of a listing, of which a request wants rows. */
  public FileWaves(
      SparkSession spark, FileListing listing, TableRequest request, FileLook<T> look) {
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.files = listing.files();
    this.look = look;
    this.wave = request.limit().isPresent() ? FILES_PER_TASK : Math.max(1, files.size());
  }

  @Override
  public boolean hasNext() {
    return looked.hasNext() || next < files.size();
  }

  @Override
  public T next() {
    if (!looked.hasNext()) {
      int end = (int) Math.min(files.size(), (long) next + wave);
      looked = looked(files.subList(next, end)).iterator();
      next = end;
      wave *= GROWTH;
    }
    return looked.next();
  }

  private List<T> looked(List<DataFile> some) {
    Broadcast<SerializableConfiguration> hadoop =
        context.broadcast(new SerializableConfiguration(context.hadoopConfiguration()));
    try {
      int tasks = (some.size() + FILES_PER_TASK - 1) / FILES_PER_TASK;
      return context
          .parallelize(new ArrayList<>(some), tasks)
          .mapPartitions(new Look<>(hadoop, look))
          .collect();
    } finally {
      hadoop.destroy();
    }
  }

  /** Looks at a partition's files. */
  private record Look<T>(Broadcast<SerializableConfiguration> hadoop, FileLook<T> look)
      implements FlatMapFunction<Iterator<DataFile>, T> {

    @Override
    public Iterator<T> call(Iterator<DataFile> files) {
      Configuration configuration = hadoop.value().value();
      List<T> found = new ArrayList<>();
      while (files.hasNext()) {
        DataFile file = files.next();
        try {
          found.add(look.look(file.path().getFileSystem(configuration), file));
        } catch (IOException | FSError e) {
          // Thrown, so that Spark tries again. An FSError is a local disk that is full or broken.
          throw StorageException.of(file.path().toString(), e);
        }
      }
      return found.iterator();
    }
  }
}
