package io.octant.pipeline.data;

import io.octant.pipeline.data.splits.FileBlocks;
import java.util.List;
import java.util.Optional;

/** Files of one format that were looked through and can be read as rows of the same columns. */
public interface Table {

  /** The files to read with their rows, in the order of the listing. */
  List<FileBlocks> files();

  /** How many files are left out because they are of another format. */
  default long otherFormat() {
    return 0;
  }

  /** How many files carry no checksums, so that damage inside them can pass unnoticed. */
  default long filesWithoutChecksums() {
    return 0;
  }

  /** What the types of columns are, where they hang on more than the file that a row is of. */
  default String types() {
    return "";
  }

  /**
   * The rows of all files, not read before the data frame is. Which of them are read, in which
   * partitions, is not the data frame's to say ({@link
   * io.octant.pipeline.data.splits.PlannedRows}): at the bottom of its plan is Spark's scan of
   * files, or a {@link io.octant.pipeline.data.splits.PieceRdd}.
   */
  TableRows rows();

  /**
   * The same rows without Spark's SQL, if the format can read these columns so.
   *
   * @param columns some of those that the table was looked through for, in any order
   */
  default Optional<PlainRows> plain(List<String> columns) {
    return Optional.empty();
  }
}
