package io.octant.pipeline.data.arrow;

import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.splits.FileBlocks;
import io.octant.pipeline.data.splits.PieceRdd;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Arrow files as rows.
 *
 * @param columns of the first file; the others have the same among the wanted
 */
record ArrowTable(
    SparkSession spark,
    List<ArrowFile> found,
    long otherFormat,
    StructType columns,
    Set<String> wanted)
    implements Table {
  private static final String FILE = "octant_file";
  private static final String ROW = "octant_row";

  @Override
  public List<FileBlocks> files() {
    return found.stream().map(f -> new FileBlocks(f.file().uri(), f.blocks())).toList();
  }

  @Override
  public TableRows rows() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    ArrowRows reader =
        new ArrowRows(
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())),
            columns,
            wanted);
    Dataset<Row> rows =
        ClassicSession.forFiles(spark)
            .internalCreateDataFrame(
                new PieceRdd<>(spark.sparkContext(), reader),
                columns.add(FILE, DataTypes.StringType).add(ROW, DataTypes.LongType),
                false);
    return new TableRows(rows, rows.col(FILE), rows.col(ROW));
  }
}
