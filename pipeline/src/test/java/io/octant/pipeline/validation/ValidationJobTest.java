package io.octant.pipeline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octant.onnx.ModelOutput;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.TestEngine;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.pipeline.validation.ValidationResult.Accuracy;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.TensorSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationJobTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final String DIGITS = "../examples/digits/test.parquet";
  private static final SampleField IMAGE = SampleField.of("image", DType.FLOAT32, 1, 28, 28);
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 3);

  @TempDir Path dir;

  @AfterEach
  void nothingStaysOpen() {
    TestEngine.onFirstAttempt = () -> {};
    assertThat(SessionCache.shared().openLeases()).isZero();
    SessionCache.shared().closeIdle();
    assertThat(TestEngine.OPEN_SESSIONS.get()).isZero();
  }

  @Test
  void measuresAccuracyAgreementAndNoise() {
    String path =
        write(
            "(0, array(3f, 1f, 2f)), (1, array(1f, 2f, 1f)), (2, array(5f, 1f, 1f)), "
                + "(2, array(0f, 0f, 1f)), (0, array(1f, 1f, 0f))");
    FileSource source = ParquetFormat.source(path).withLabel("label");

    ValidationResult same = validate(source, 1f, X);
    assertThat(same.accuracy()).contains(new Accuracy(0.8, 0.8));
    assertThat(same.agreement()).isEqualTo(1);
    assertThat(same.sqnrDb()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(same.cosine()).isCloseTo(1, within(1e-15));
    assertThat(same.counts()).isEqualTo(new DataCounts(5, 0, 0, 0, 0, 0));
    assertThat(same.executors()).extracting(ExecutorIdentity::id).containsExactly("driver");
    assertThat(same.executors().first().isa()).isEqualTo("test-isa");

    ValidationResult half = validate(source, 0.5f, X);
    assertThat(half.accuracy()).contains(new Accuracy(0.8, 0.8));
    assertThat(half.sqnrDb()).isCloseTo(10 * Math.log10(4), within(1e-12));

    // The negated model picks the smallest, the first of equal ones.
    ValidationResult negated = validate(source, -1f, X);
    assertThat(negated.accuracy()).contains(new Accuracy(0.8, 0));
    assertThat(negated.agreement()).isZero();
    assertThat(negated.sqnrDb()).isCloseTo(-10 * Math.log10(4), within(1e-12));
    assertThat(negated.cosine()).isCloseTo(-1, within(1e-15));
    assertThat(validate(source, 0f, X).cosine()).isZero();
  }

  @Test
  void needsNoLabels() {
    String path = write("(0, array(3f, 1f, 2f))");
    ValidationResult result = validate(ParquetFormat.source(path), 1f, X);
    assertThat(result.accuracy()).isEmpty();
    assertThat(result.agreement()).isEqualTo(1);
  }

  @Test
  void leavesOutputsThatAreNotFiniteOutOfTheNoise() {
    String path = write("(0, array(float('inf'), 2f, 2f)), (1, array(1f, float('nan'), 0f))");
    ValidationResult result = validate(ParquetFormat.source(path).withLabel("label"), 0.5f, X);
    // The sample with NaN is left out as a whole, of the other one the element that is infinite.
    assertThat(result.primaryOutput().floatNan()).isEqualTo(1);
    assertThat(result.primaryOutput().int8Nan()).isEqualTo(1);
    assertThat(result.primaryOutput().int8NanOnly()).isZero();
    assertThat(result.primaryOutput().nonFiniteElements()).isEqualTo(1);
    assertThat(result.cosine()).isNaN();
    assertThat(result.agreement()).isEqualTo(1);
    assertThat(result.primaryOutput().maxAbsError()).isEqualTo(1);
    assertThat(result.sqnrDb()).isCloseTo(10 * Math.log10(4), within(1e-12));
    assertThat(result.accuracy()).contains(new Accuracy(0.5, 0.5));
    assertThat(result.counts()).isEqualTo(new DataCounts(2, 1, 1, 1, 1, 0));
  }

  @Test
  void partitionsBatchesAndRetriesDoNotShow() {
    FileSource digits = ParquetFormat.source(DIGITS).withLabel("label");
    ValidationResult one = validate(digits.withPartitions(1), 0.999f, IMAGE);
    AtomicInteger failures = new AtomicInteger();
    TestEngine.onFirstAttempt =
        () -> {
          failures.incrementAndGet();
          throw new IllegalStateException("injected failure");
        };
    assertThat(validate(digits.withPartitions(3), 0.999f, IMAGE)).isEqualTo(one);
    assertThat(failures.get()).isEqualTo(3);
    TestEngine.onFirstAttempt = () -> {};
    assertThat(validate(digits.withPartitions(8), 0.999f, IMAGE)).isEqualTo(one);
    assertThat(one.counts().samples()).isEqualTo(1000);
  }

  @Test
  void refusesEmptyData() {
    String path = dir.resolve("empty").toString();
    SPARK.sql("select 0 as label, array(1f, 2f, 3f) as x where false").write().parquet(path);
    assertThatThrownBy(() -> validate(ParquetFormat.source(path), 1f, X))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot validate on " + path + ": no samples in it, expected at least one");
  }

  @Test
  void refusesLabelsThatAreNoClass() {
    String path = write("(0, array(3f, 1f, 2f)), (3, array(3f, 1f, 2f))");
    assertThat(failure(ParquetFormat.source(path).withLabel("label")))
        .hasMessageContaining("Cannot read column 'label' of file:")
        .hasMessageEndingWith("label 3, expected a class from 0 to 2");
    String negative = write("(-1, array(3f, 1f, 2f))");
    assertThat(failure(ParquetFormat.source(negative).withLabel("label")))
        .hasMessageEndingWith(" row 0: label -1, expected a class from 0 to 2");
    String broken = write("(double('1.5'), array(3f, 1f, 2f))");
    assertThat(failure(ParquetFormat.source(broken).withLabel("label")))
        .hasMessageEndingWith(" row 0: label 1.5, expected a class from 0 to 2");
    String whole = write("(double('2'), array(3f, 1f, 4f))");
    assertThat(validate(ParquetFormat.source(whole).withLabel("label"), 1f, X).accuracy())
        .contains(new Accuracy(1, 1));
  }

  private static Throwable failure(FileSource source) {
    try {
      validate(source, 1f, X);
    } catch (Exception e) {
      return FileFailure.find(e).orElseThrow();
    }
    throw new AssertionError("the labels were accepted");
  }

  private static ValidationResult validate(FileSource source, float weight, SampleField field) {
    ValidationPlan plan =
        ValidationPlan.of(
            List.of(new ModelOutput("y", ModelOutput.Samples.SEPARATE, BatchAxis.of(0))),
            List.of(new TensorSpec("y", field.dtype(), field.batched(32).shape())),
            Optional.empty());
    return ValidationJob.run(
        source.open(SPARK, List.of(field)).withClasses(plan.classes()),
        new TestRecipe(1).spec(32, field),
        new TestRecipe(weight).spec(32, field),
        plan);
  }

  private String write(String rows) {
    String path = dir.resolve("data" + System.nanoTime()).toString();
    SPARK.sql("select * from values " + rows + " as t(label, x)").write().parquet(path);
    return path;
  }
}
