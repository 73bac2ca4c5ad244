package io.octant.pipeline.readback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.onnx.OnnxException;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadBackJobTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 3);

  @TempDir Path dir;

  @AfterEach
  void nothingStaysOpen() {
    assertThat(SessionCache.shared().openLeases()).isZero();
    SessionCache.shared().closeIdle();
  }

  /** Graphs that multiply by a number each, on data whose first partitions are empty. */
  private void run(float float32, float int8, float exported) {
    String path = dir.resolve("data").toString();
    SPARK
        .sql("select * from values (array(3f, 1f, 2f)), (array(-5f, 0f, 1f)) as t(x)")
        .write()
        .mode("overwrite")
        .parquet(path);
    Samples<?> samples = ParquetFormat.source(path).withPartitions(2).open(SPARK, List.of(X));
    ReadBackJob.run(
        samples,
        List.of("probabilities"),
        new TestRecipe(float32).spec(4, X),
        new TestRecipe(int8).spec(4, X),
        new TestRecipe(exported).spec(4, X));
  }

  @Test
  void whatAgreesPasses() {
    run(1f, 0.99f, 0.991f);
    run(1f, 1f, 1f);
  }

  @Test
  void whatDiffersFailsWithTheNameOfTheOutput() {
    assertThatThrownBy(() -> run(1f, 0.99f, 0.5f))
        .isInstanceOf(OnnxException.class)
        .hasMessageContaining("Cannot export output probabilities: ")
        .hasMessageContaining("read back and run, differs from the int8 graph");
  }
}
