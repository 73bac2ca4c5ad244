package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first rows in the order of file path and row index. {@code Dataset.limit} would take whatever
 * tasks deliver first, and gather it in one partition.
 *
 * @param files that hold them, the last with the number of rows that are wanted of it
 * @param cut that file, if the limit lies in it; empty if all rows of all files are wanted
 */
record FirstRows(List<FileRows> files, Optional<FileRows> cut) {

  FirstRows {
    files = List.copyOf(files);
  }

  /**
   * Finds the files to read.
   *
   * @param files every file, in order
   */
  static FirstRows of(List<FileRows> files, OptionalLong limit) {
    List<FileRows> wanted = new ArrayList<>();
    long left = limit.orElse(Long.MAX_VALUE);
    for (FileRows file : files) {
      if (left <= file.rows()) {
        FileRows last = new FileRows(file.uri(), left);
        wanted.add(last);
        return new FirstRows(wanted, Optional.of(last));
      }
      wanted.add(file);
      left -= file.rows();
    }
    return new FirstRows(wanted, Optional.empty());
  }

  long count() {
    return files.stream().mapToLong(FileRows::rows).sum();
  }

  /**
   * Keeps them.
   *
   * @param file column with the URI of a row's file
   * @param row column with the index of a row in its file
   */
  Dataset<Row> of(Dataset<Row> rows, String file, String row) {
    return cut.map(
            last ->
                rows.where(
                    col(file)
                        .lt(last.uri())
                        .or(col(file).equalTo(last.uri()).and(col(row).lt(last.rows())))))
        .orElse(rows);
  }
}
