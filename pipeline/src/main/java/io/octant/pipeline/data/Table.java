package io.octant.pipeline.data;

import java.util.List;

/** Files of one format that were looked through and can be read as rows of the same columns. */
public interface Table {

  /** The files to read with their numbers of rows, in the order of the listing. */
  List<FileRows> files();

  /** How many files are left out because they are of another format. */
  default long otherFormat() {
    return 0;
  }

  /** How many files carry no checksums, so that damage inside them can pass unnoticed. */
  default long filesWithoutChecksums() {
    return 0;
  }

  /**
   * The rows of some of the files, not read before the data frame is.
   *
   * @param wanted the first of {@link #files}, the last with the number of rows that are wanted of
   *     it; rows beyond it do no harm
   */
  TableRows rows(List<FileRows> wanted);
}
