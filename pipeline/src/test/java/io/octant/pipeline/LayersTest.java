package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.pipeline.QuantizationSpec.Data;
import io.octant.pipeline.QuantizationSpec.Model;
import io.octant.pipeline.QuantizationSpec.Output;
import io.octant.pipeline.QuantizationSpec.Validation;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import io.octant.pipeline.validation.Gate;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Float against int8 along the network, as {@code result.json} tells it. */
class LayersTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final int SAMPLES = 16;

  @TempDir static Path shared;
  @TempDir Path dir;

  @BeforeAll
  static void quantize() {
    QuantizationSpec spec = DigitsRun.whole("resnet", shared.resolve("int8"));
    new QuantizationPipeline(SPARK)
        .run(spec.withData(new Data(DigitsRun.CALIBRATION.withLimit(64), Optional.empty(), 1)));
  }

  private JsonNode validate(String name, FileSource evaluation, int layerSamples) {
    QuantizationSpec spec =
        DigitsRun.whole("resnet", dir.resolve(name))
            .withData(new Data(DigitsRun.CALIBRATION, Optional.of(evaluation), 1))
            .withValidation(new Validation(Gate.OPEN, Optional.empty(), layerSamples));
    return new QuantizationPipeline(SPARK)
        .validate(spec, shared.resolve("int8").toString())
        .report()
        .document();
  }

  @Test
  void theLastLayerIsTheOutputOfTheSameSamples() {
    FileSource first = DigitsRun.EVALUATION.withLimit(SAMPLES);
    JsonNode report = validate("first", first, SAMPLES);
    JsonNode layers = report.get("layers");
    JsonNode last = layers.get("values").get(layers.get("values").size() - 1);
    assertThat(layers.get("samples").asInt()).isEqualTo(SAMPLES);
    assertThat(last.get("source").asText()).isEqualTo("Gemm node_linear");
    assertThat(last.get("elements").asInt()).isEqualTo(SAMPLES * 10);
    assertThat(last.get("sqnrDb").asDouble())
        .isCloseTo(report.get("sqnrDb").asDouble(), within(1e-9));

    // Whatever follows the first samples, and however tasks cut them.
    assertThat(validate("more", DigitsRun.EVALUATION.withPartitions(7), SAMPLES).get("layers"))
        .isEqualTo(layers);
    assertThat(
            validate("other", DigitsRun.EVALUATION.withPartitions(1), SAMPLES + 1)
                .get("layers")
                .get("values"))
        .isNotEqualTo(layers.get("values"));
  }

  @Test
  void everyValueIsThereWithItsGrid() {
    JsonNode values =
        validate("grids", DigitsRun.EVALUATION.withLimit(SAMPLES), 2).get("layers").get("values");
    int compared = 0;
    for (JsonNode value : values) {
      if (value.get("notCompared").isNull()) {
        compared++;
        assertThat(value.get("sqnrDb").asDouble()).as(value.toString()).isGreaterThan(20);
        assertThat(value.get("scale").asDouble()).as(value.toString()).isPositive();
        assertThat(value.get("saturated").asDouble()).as(value.toString()).isBetween(0.0, 0.01);
      } else {
        assertThat(value.get("endsIn").asText())
            .as(value.toString())
            .containsPattern("relu|stem_2");
      }
    }
    assertThat(compared).isEqualTo(22);
    assertThat(values).hasSize(33);
    assertThat(values.get(0).get("node").asText()).isEqualTo("input_1");
    assertThat(values.get(1).get("endsIn").asText()).isEqualTo("stem_2");
  }

  /** A batch of four that the file fixes, from files of three rows each. */
  @Test
  void batchesGoAcrossFiles() {
    String data = dir.resolve("threes").toString();
    SPARK
        .range(0, 6, 1, 2)
        .selectExpr("transform(sequence(0, 7), i -> cast(sin(3 * i + id) as float)) as x")
        .write()
        .parquet(data);
    QuantizationSpec spec =
        QuantizationSpec.of(
            Model.of("../graph-core/src/test/resources/onnx-cases/gemm_column_bias/model.onnx"),
            new Data(ParquetFormat.source(data), Optional.of(ParquetFormat.source(data)), 4),
            DigitsRun.X86,
            new Output(dir.resolve("fixed").toString(), IfPresent.REFUSE));
    JsonNode layers = new QuantizationPipeline(SPARK).run(spec).report().document().get("layers");
    assertThat(layers.get("samples").asInt()).isEqualTo(4);
    assertThat(layers.get("values").get(0).get("elements").asInt()).isEqualTo(4 * 8);
  }

  @Test
  void noneAreComparedIfNobodyWantsThem() {
    JsonNode report = validate("none", DigitsRun.EVALUATION.withLimit(SAMPLES), 0);
    assertThat(report.get("layers").isNull()).isTrue();
    assertThat(report.get("sqnrDb").asDouble()).isPositive();
  }
}
