package io.octant.pipeline.data.spark;

import io.octant.pipeline.data.CauseChain;
import io.octant.pipeline.data.ClassicSession;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Files as Spark would read them.
 *
 * @param columns of a row: those that are wanted, or all if one of them is in no file, then those
 *     of folders
 * @param reader reads them on the executors
 */
record SparkFiles(StructType columns, SparkRows reader) {

  /**
   * Asks Spark for the columns, which may read the files.
   *
   * @param base URI of the folder below which folders {@code name=value} are columns
   * @throws DataException if Spark cannot read the files so
   * @throws io.octant.pipeline.data.StorageException if the storage does not answer
   */
  static SparkFiles of(
      SparkSession shared,
      SparkFormat format,
      String base,
      List<DataFile> files,
      List<String> wanted) {
    org.apache.spark.sql.classic.SparkSession own = ClassicSession.forFiles(shared);
    // Rows, not batches of columns.
    own.conf().set("spark.sql.orc.enableVectorizedReader", "false");
    own.conf().set("spark.sql.sources.useV1SourceList", format.name());
    HadoopFsRelation relation = relation(own, format, base, files);
    requireApart(relation, files);
    StructType data = data(relation, wanted);
    var read =
        relation
            .fileFormat()
            .buildReaderWithPartitionValues(
                own,
                relation.dataSchema(),
                relation.partitionSchema(),
                data,
                CollectionConverters.asScala(List.<Filter>of()).toSeq(),
                relation.options(),
                own.sessionState().newHadoopConfWithOptions(relation.options()));
    StructType columns = data;
    for (StructField field : relation.partitionSchema().fields()) {
      columns = columns.add(field);
    }
    return new SparkFiles(columns, new SparkRows(read, folders(relation)));
  }

  private static HadoopFsRelation relation(
      SparkSession own, SparkFormat format, String base, List<DataFile> files) {
    String[] paths = files.stream().map(f -> f.path().toString()).toArray(String[]::new);
    DataFrameReader reader =
        own.read()
            .format(format.name())
            .option("mode", "FAILFAST")
            .options(format.options())
            .option("__globPaths__", "false")
            .option("basePath", DataFile.readable(base))
            .option("ignoreCorruptFiles", "false")
            .option("ignoreMissingFiles", "false");
    try {
      Dataset<Row> all = reader.load(paths);
      LogicalPlan plan =
          ((org.apache.spark.sql.classic.Dataset<Row>) all).queryExecution().analyzed();
      if (plan instanceof LogicalRelation found
          && found.relation() instanceof HadoopFsRelation relation) {
        return relation;
      }
      throw new DataException(
          "Cannot read data of format "
              + format.name()
              + ": Spark plans "
              + plan.nodeName()
              + ", expected its reader of files");
    } catch (DataException e) {
      throw e;
    } catch (Exception e) {
      // Scala throws checked exceptions unchecked.
      String any = paths.length == 1 ? paths[0] : paths[0] + " or another";
      throw isOfRecord(e)
          ? FileFailure.of(any, e)
          : FileFailure.find(e).orElseGet(() -> FileFailure.of(any, e));
    }
  }

  /** Whether Spark met a record that is none when it asked records for their columns. */
  private static boolean isOfRecord(Exception thrown) {
    for (Throwable t : CauseChain.of(thrown)) {
      if (t instanceof SparkThrowable s
          && String.valueOf(s.getCondition()).startsWith("MALFORMED_RECORD")) {
        return true;
      }
    }
    return false;
  }

  /** Where a file has a column of a folder's name, Spark takes the folder's value silently. */
  private static void requireApart(HadoopFsRelation relation, List<DataFile> files) {
    for (String folder : relation.partitionSchema().fieldNames()) {
      if (Arrays.asList(relation.dataSchema().fieldNames()).contains(folder)) {
        throw new DataException(
            "Cannot read column '"
                + folder
                + "' of "
                + files.get(0).path()
                + ": in the files and in the name of their folder, expected one of the two");
      }
    }
  }

  private static StructType data(HadoopFsRelation relation, List<String> wanted) {
    List<String> all = List.of(relation.dataSchema().fieldNames());
    List<String> folders = List.of(relation.partitionSchema().fieldNames());
    Set<String> names = new LinkedHashSet<>();
    for (String name : wanted) {
      int dot = name.indexOf('.');
      String top = all.contains(name) || dot < 0 ? name : name.substring(0, dot);
      if (all.contains(top)) {
        names.add(top);
      } else if (!folders.contains(name)) {
        return relation.dataSchema();
      }
    }
    StructType data = new StructType();
    for (StructField field : relation.dataSchema().fields()) {
      data = names.contains(field.name()) ? data.add(field) : data;
    }
    return data;
  }

  /** The values of the folders that files lie in, by URI; empty if they are no columns. */
  private static Map<String, InternalRow> folders(HadoopFsRelation relation) {
    Map<String, InternalRow> values = new HashMap<>();
    if (relation.partitionSchema().isEmpty()) {
      return values;
    }
    var none =
        CollectionConverters.asScala(
                List.<org.apache.spark.sql.catalyst.expressions.Expression>of())
            .toSeq();
    for (PartitionDirectory folder :
        CollectionConverters.asJava(relation.location().listFiles(none, none))) {
      for (FileStatusWithMetadata file : CollectionConverters.asJava(folder.files())) {
        String uri = new Path(file.getPath().toString()).toUri().toString();
        values.put(uri, folder.values().copy());
      }
    }
    return values;
  }
}
