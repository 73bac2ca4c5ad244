package io.octant.pipeline.data;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * A place that samples come from. Implementations describe it; nothing is read before {@link
 * #open}.
 *
 * <p>A new format of files is no new source but a {@link DataFormat}.
 */
public interface DataSource {

  /**
   * Checks what can be checked without reading samples and plans the reading.
   *
   * @param inputs what the model wants of every sample
   * @throws DataException if the data is missing or cannot fit the inputs
   */
  Samples<?> open(SparkSession spark, List<SampleField> inputs);

  /**
   * Checks what can be checked at once, before Spark is there: that what is bound are inputs and,
   * where the format tells the columns of a file cheaply, that they fit.
   *
   * @return the file whose columns were looked at; empty if none was
   * @throws DataException if the data cannot fit the inputs
   */
  Optional<String> check(Configuration hadoop, List<SampleField> inputs);

  /** Whether {@link Samples} of this source carry a label each. */
  boolean hasLabels();

  /**
   * Tells this data from other data without reading it: what is read of which files, with their
   * lengths and times. Equal texts mean equal samples, unless a file was changed and given its old
   * length and time.
   *
   * @throws DataException if the data is missing
   * @throws StorageException if the storage does not answer
   */
  String identity(Configuration hadoop);

  /**
   * The files to read; empty of a source that is not made of files.
   *
   * @throws DataException if the data is missing
   * @throws StorageException if the storage does not answer
   */
  Optional<FileListing> files(Configuration hadoop);

  /** Where the data is, for messages. */
  String description();
}
