package io.octant.pipeline.data.spark;

import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.splits.FileBlocks;
import io.octant.pipeline.data.splits.PieceRdd;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Files that Spark reads as rows. */
record SparkTable(SparkSession spark, SparkFiles read, List<FileBlocks> files, long otherFormat)
    implements Table {
  private static final String FILE = "octant_file";
  private static final String ROW = "octant_row";

  SparkTable {
    files = List.copyOf(files);
  }

  /** No file of the format. */
  record None(long otherFormat) implements Table {
    @Override
    public List<FileBlocks> files() {
      return List.of();
    }

    @Override
    public TableRows rows() {
      throw new IllegalStateException("no files, no rows");
    }
  }

  /** Types may follow from other files than those of a split, as Spark infers them from all. */
  @Override
  public String types() {
    return read.columns().toDDL();
  }

  @Override
  public TableRows rows() {
    Dataset<Row> rows =
        ClassicSession.forFiles(spark)
            .internalCreateDataFrame(
                new PieceRdd<>(spark.sparkContext(), read.reader()),
                read.columns().add(FILE, DataTypes.StringType).add(ROW, DataTypes.LongType),
                false);
    return new TableRows(rows, rows.col(FILE), rows.col(ROW));
  }
}
