package io.octant.pipeline.data;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A format of files with samples. A new one is a class with a public constructor without parameters
 * and its name in {@code META-INF/services/io.octant.pipeline.data.DataFormat}: listing of files,
 * limit, partitions, the binding of columns to model inputs and the checks of their types and
 * values are {@link FileSource}'s and the same for all.
 *
 * <p>A format finds out how many rows each file has, in which blocks of it if it can be read from
 * more than one place, and turns them into a data frame whose columns are numbers, lists, or bytes
 * of elements (which spares an object for each number), each row with its place.
 */
public interface DataFormat {

  /** As configurations write it: lower case. */
  String name();

  /** As messages write it, before the word "file". */
  String title();

  /**
   * How names of its files end, in lower case with the dot. A file of another extension is to be
   * read only if its content is of this format, else counted in {@link Table#otherFormat}.
   */
  List<String> extensions();

  /** Options that its files are read with, by name. */
  default Map<String, String> options() {
    return Map.of();
  }

  /**
   * The same format with options.
   *
   * @throws DataException if it has none of a name
   */
  default DataFormat withOptions(Map<String, String> options) {
    HadoopProperties.refuse(name(), options.keySet());
    if (!options.isEmpty()) {
      throw new DataException(
          "Cannot read data of format "
              + name()
              + " with option "
              + options.keySet().iterator().next()
              + ", expected no options");
    }
    return this;
  }

  /** Which folders below a path belong to the data. */
  default Folders folders() {
    return Folders.PARTITIONS;
  }

  /**
   * The columns of a file, told by its head or tail without Spark, for those who ask before a run.
   * Empty if that takes reading it, or if it is another's.
   *
   * @throws Exception if it cannot be read; a run says why
   */
  default Optional<StructType> columns(FileSystem fs, DataFile file) throws Exception {
    return Optional.empty();
  }

  /**
   * Looks through files before anything is read of them, and tells {@link TableRequest#damaged} of
   * those that it finds damaged.
   *
   * @param listing files that are there, at least their names, in the order of reading
   * @throws DataException if a file is damaged and that is refused, or other files have other
   *     columns
   * @throws StorageException if the storage does not answer
   */
  Table look(SparkSession spark, FileListing listing, TableRequest request);
}
