package io.octant.jobs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Parquet files with one {@code image} a row. */
final class DataFiles {

  private static final StructType SCHEMA =
      new StructType()
          .add("image", DataTypes.createArrayType(DataTypes.FloatType))
          .add("label", DataTypes.IntegerType);

  private DataFiles() {}

  /** Writes {@code rows} images; {@code image} gives the values of a row. */
  static Path write(Path target, int rows, IntFunction<float[]> image) {
    List<Row> data = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      List<Float> values = new ArrayList<>();
      for (float value : image.apply(i)) {
        values.add(value);
      }
      data.add(RowFactory.create(values, i % 10));
    }
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .appName("data")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "localhost")
            .getOrCreate();
    spark.createDataFrame(data, SCHEMA).coalesce(1).write().parquet(target.toString());
    spark.stop();
    return target;
  }

  /** Values that differ from row to row, all finite. */
  static float[] ramp(int row, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = ((row * 31 + i * 7) % 101) / 100f;
    }
    return values;
  }
}
