package io.octant.jobs.models;

import io.octant.pipeline.data.SampleField;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Samples as Parquet: a binary column for each input, and {@code label} and {@code text}. */
final class SampleFiles {
  private SampleFiles() {}

  static void write(Path target, List<SampleField> fields, List<Sample> samples) {
    StructType schema = new StructType();
    for (SampleField field : fields) {
      schema = schema.add(field.input(), DataTypes.BinaryType);
    }
    StructType all = schema.add("label", DataTypes.IntegerType).add("text", DataTypes.StringType);
    List<Row> rows = new ArrayList<>();
    for (Sample sample : samples) {
      List<Object> cells = new ArrayList<>();
      sample.values().forEach(v -> cells.add(bytes(v)));
      cells.add(sample.label());
      cells.add(sample.text());
      rows.add(RowFactory.create(cells.toArray()));
    }
    withSpark(
        spark -> {
          spark
              .createDataFrame(rows, all)
              .coalesce(1)
              .write()
              .mode(SaveMode.Overwrite)
              .parquet(target.toString());
          return target;
        });
  }

  private static byte[] bytes(Object values) {
    if (values instanceof long[] longs) {
      ByteBuffer out =
          ByteBuffer.allocate(longs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      out.asLongBuffer().put(longs);
      return out.array();
    }
    float[] floats = (float[]) values;
    ByteBuffer out =
        ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    out.asFloatBuffer().put(floats);
    return out.array();
  }

  /** Does something with an embedded Spark, which ends before jobs start theirs. */
  static <T> T withSpark(Function<SparkSession, T> work) {
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .appName("samples")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    try {
      return work.apply(spark);
    } finally {
      spark.stop();
    }
  }
}
