package io.octant.pipeline.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The first rows in the order of file path and row index. {@code Dataset.limit} would take whatever
 * tasks deliver first, and gather it in one partition.
 *
 * @param file column with the path of a row's file
 * @param row column with the index of a row in its file
 */
record FirstRows(String file, String row) {

  Dataset<Row> of(Dataset<Row> rows, long limit) {
    // Counting reads no column, hence only the footers.
    List<Row> files =
        rows.groupBy(col(file)).agg(count(lit(1))).collectAsList().stream()
            .sorted(Comparator.comparing((Row r) -> r.getString(0)))
            .toList();
    long left = limit;
    for (Row r : files) {
      if (left <= r.getLong(1)) {
        String last = r.getString(0);
        return rows.where(col(file).lt(last).or(col(file).equalTo(last).and(col(row).lt(left))));
      }
      left -= r.getLong(1);
    }
    return rows;
  }
}
