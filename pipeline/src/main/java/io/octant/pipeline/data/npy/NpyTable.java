package io.octant.pipeline.data.npy;

import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.splits.FileBlocks;
import io.octant.pipeline.data.splits.PieceRdd;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Arrays as rows.
 *
 * @param field the input whose shape tells what a sample is
 * @param type of the elements of all files
 */
record NpyTable(
    SparkSession spark, List<FileBlocks> files, long otherFormat, SampleField field, NpyType type)
    implements Table {
  static final String ARRAY = "array";
  private static final String FILE = "octant_file";
  private static final String ROW = "octant_row";

  @Override
  public TableRows rows() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    StructType columns =
        new StructType()
            .add(ARRAY, DataTypes.createArrayType(type.spark(), false))
            .add(FILE, DataTypes.StringType)
            .add(ROW, DataTypes.LongType);
    NpyRows reader =
        new NpyRows(
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())), field);
    Dataset<Row> rows =
        ClassicSession.forFiles(spark)
            .internalCreateDataFrame(new PieceRdd<>(spark.sparkContext(), reader), columns, false);
    return new TableRows(rows, rows.col(FILE), rows.col(ROW));
  }
}
