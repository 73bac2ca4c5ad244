package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.graph.FunctionType;
import io.octant.graph.GraphException;
import io.octant.onnx.ModelOutput.Samples;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.NonFinite;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.validation.Gate;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationResult;
import io.octant.quantization.mapform.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose outputs are not one vector of scores for each sample, from end to end. */
class OutputsTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final String CASES = "../graph-core/src/test/resources/onnx-cases/";

  @TempDir Path dir;

  @Test
  void aTimeMajorOutputIsComparedSampleBySample() {
    OutputComparison y = run("crnn_time_major", 160, 4).outputs().get(0);
    assertThat(y.samples()).isEqualTo(Samples.SEPARATE);
    assertThat(y.compared()).isEqualTo(6);
    assertThat(y.sqnrDb()).isGreaterThan(20);
    assertThat(y.agreement()).isNaN();
  }

  @Test
  void anchorsAreComparedAsTheyAreAndTheScoresAreThePrimaryOutput() {
    ValidationResult result = run("anchors_first", 8, 4);
    OutputComparison anchors = result.outputs().get(0);
    assertThat(anchors.name()).isEqualTo("anchors");
    assertThat(anchors.samples()).isEqualTo(Samples.CONSTANT);
    assertThat(anchors.compared()).isEqualTo(2);
    assertThat(anchors.maxAbsError()).isZero();
    assertThat(result.primaryOutput().name()).isEqualTo("y");
    assertThat(result.primaryOutput().compared()).isEqualTo(6);
    assertThat(result.agreement()).isBetween(0., 1.);
  }

  @Test
  void aScalarIsComparedOnceABatch() {
    // A mean over the batch, which nothing but the output reads.
    ValidationResult result = run("scalar_output", 8, 1);
    assertThat(result.outputs().get(0).samples()).isEqualTo(Samples.WHOLE);
    assertThat(result.outputs().get(0).compared()).isEqualTo(6);
    assertThat(result.primaryOutput().name()).isEqualTo("z");
  }

  /**
   * What a mean over the batch is depends on which samples are in it: it is no value of a sample,
   * and its range would be another for other micro-batches.
   */
  @Test
  void aMeanOverTheBatchIsRefusedByNodeUnlessTheBatchIsOne() {
    assertThatThrownBy(() -> run("scalar_output", 8, 4))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "Cannot tell the samples of node activation_post_process_2 apart: node mean (ReduceMean"
                + " y): it mixes the samples of the batch, expected operators that treat each sample"
                + " alone, or a batch of 1");
  }

  /** In float it is one value for the whole batch, and compared as that. */
  @Test
  void aMeanOverTheBatchThatStaysFloatIsComparedOnceABatch() {
    String data = write(8, "cast(sin(3 * i + id) as float)");
    QuantizationSpec spec =
        spec(Path.of(CASES, "scalar_output", "model.onnx"), data, data, 3)
            .withMethod(
                new QuantizationMethod(
                    DigitsRun.X86.mapping().withObjectType(FunctionType.of("torch.mean"), null),
                    DigitsRun.X86.backend(),
                    DigitsRun.X86.arithmetic()));
    OutputComparison y =
        new QuantizationPipeline(SPARK).run(spec).validation().orElseThrow().outputs().get(0);
    assertThat(y.samples()).isEqualTo(Samples.WHOLE);
    assertThat(y.compared()).isEqualTo(2);
    assertThat(y.sqnrDb()).isGreaterThan(20);
  }

  @Test
  void nanInOneSampleIsCountedAndLeavesTheOthers() throws Exception {
    Path model = Path.of(OutputsTest.class.getResource("outputs/nan_sample.onnx").toURI());
    String data = write(8, "if(i = 3 and id = 2, float('nan'), cast(sin(3 * i + id) as float))");
    String clean = write(8, "cast(sin(3 * i + id + if(id = 2, 100, 0)) as float)");
    ValidationResult result =
        new QuantizationPipeline(SPARK).run(spec(model, clean, data, 4)).validation().orElseThrow();
    for (OutputComparison output : result.outputs()) {
      assertThat(output.floatNan()).as(output.name()).isEqualTo(1);
      assertThat(output.compared()).isEqualTo(6);
      assertThat(output.sqnrDb()).isGreaterThan(15);
    }
    assertThat(result.counts().samplesWithNan()).isEqualTo(1);
  }

  @Test
  void theNameOfAnOutputIsCheckedBeforeDataAreRead() {
    QuantizationSpec spec =
        spec(Path.of(CASES, "anchors_first", "model.onnx"), "/nowhere", "/nowhere", 4);
    assertThatThrownBy(
            () -> new QuantizationPipeline(SPARK).run(spec.withValidation(about("scores"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("Cannot validate output: scores, expected ");
    QuantizationSpec labelled =
        QuantizationSpec.of(
            spec.model(),
            new Data(
                spec.data().calibration().orElseThrow(),
                Optional.of(ParquetFormat.source("/nowhere").withLabel("label")),
                4),
            spec.method(),
            spec.output());
    assertThatThrownBy(
            () -> new QuantizationPipeline(SPARK).run(labelled.withValidation(about("anchors"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot compare labels: output 'anchors' gives ");
  }

  private ValidationResult run(String name, int numel, int batch) {
    String data = write(numel, "cast(sin(3 * i + id) as float)");
    ValidationResult result =
        new QuantizationPipeline(SPARK)
            .run(spec(Path.of(CASES, name, "model.onnx"), data, data, batch))
            .validation()
            .orElseThrow();
    JsonNode outputs = report().get("outputs");
    assertThat(outputs).hasSize(result.outputs().size());
    for (int i = 0; i < outputs.size(); i++) {
      assertThat(outputs.get(i).get("name").asText()).isEqualTo(result.outputs().get(i).name());
      assertThat(outputs.get(i).get("primary").asBoolean()).isEqualTo(i == result.primary());
    }
    return result;
  }

  private static QuantizationSpec.Validation about(String output) {
    return new QuantizationSpec.Validation(Gate.OPEN, Optional.of(output), 0);
  }

  private JsonNode report() {
    try {
      return new ObjectMapper().readTree(dir.resolve("out/result.json").toFile());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private QuantizationSpec spec(Path model, String calibration, String evaluation, int batch) {
    return QuantizationSpec.of(
        Model.of(model.toString()),
        new Data(
            ParquetFormat.source(calibration),
            Optional.of(ParquetFormat.source(evaluation)),
            batch,
            NonFinite.REPORT),
        DigitsRun.X86,
        new Output(dir.resolve("out").toString(), IfPresent.REFUSE));
  }

  /** Six samples in one file; an element is an expression of its index i and the sample's id. */
  private String write(int numel, String element) {
    String path = dir.resolve("data" + List.of(element).hashCode()).toString();
    SPARK
        .range(6)
        .selectExpr("transform(sequence(0, " + (numel - 1) + "), i -> " + element + ") as x")
        .coalesce(1)
        .write()
        .parquet(path);
    return path;
  }
}
