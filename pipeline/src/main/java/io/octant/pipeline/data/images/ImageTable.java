package io.octant.pipeline.data.images;

import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.Table;
import io.octant.pipeline.data.TableRows;
import io.octant.pipeline.data.Utf8Order;
import io.octant.pipeline.data.splits.FileBlocks;
import io.octant.pipeline.data.splits.PieceRdd;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Picture files as rows.
 *
 * @param roots the paths of the data
 */
record ImageTable(SparkSession spark, List<Path> roots, List<DataFile> pictures, long otherFormat)
    implements Table {

  @Override
  public List<FileBlocks> files() {
    return pictures.stream().map(p -> FileBlocks.whole(p.uri(), p.length(), 1)).toList();
  }

  @Override
  public TableRows rows() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<String> above = roots.stream().map(root -> root.toUri().getPath()).toList();
    ImageReader reader =
        new ImageReader(
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())),
            above,
            classes(above));
    Dataset<Row> rows =
        ClassicSession.forFiles(spark)
            .createDataFrame(
                new PieceRdd<>(spark.sparkContext(), reader).toJavaRDD(), ImageReader.COLUMNS);
    return new TableRows(rows, rows.col(ImageReader.FILE), rows.col(ImageReader.ROW));
  }

  /** The numbers of the folders directly below the roots. */
  private Map<String, Long> classes(List<String> above) {
    TreeSet<String> folders = new TreeSet<>(Utf8Order.INSTANCE);
    for (DataFile picture : pictures) {
      ImageReader.folder(ImageReader.below(above, picture.path())).ifPresent(folders::add);
    }
    Map<String, Long> classes = new HashMap<>();
    for (String folder : folders) {
      classes.put(folder, (long) classes.size());
    }
    return classes;
  }
}
