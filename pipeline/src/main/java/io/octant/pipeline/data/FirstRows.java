package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first rows in the order of file path and row index. {@code Dataset.limit} would take whatever
 * tasks deliver first, and gather it in one partition.
 *
 * @param file column with the URI of a row's file
 * @param row column with the index of a row in its file
 */
record FirstRows(String file, String row) {

  /**
   * Keeps the first rows.
   *
   * @param files every file, in order, with its number of rows
   */
  Dataset<Row> of(Dataset<Row> rows, List<FileFacts> files, long limit) {
    long left = limit;
    for (FileFacts facts : files) {
      if (left <= facts.rows()) {
        String last = facts.uri();
        return rows.where(col(file).lt(last).or(col(file).equalTo(last).and(col(row).lt(left))));
      }
      left -= facts.rows();
    }
    return rows;
  }
}
