package io.octant.pipeline.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octant.onnx.ModelOutput;
import io.octant.onnx.ModelOutput.Samples;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.validation.ComparedOutput.Meaning;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidationPlanTest {
  private static final ModelOutput ANCHORS =
      new ModelOutput("anchors", Samples.CONSTANT, BatchAxis.NONE);
  private static final ModelOutput FEATURES =
      new ModelOutput("features", Samples.SEPARATE, BatchAxis.of(1));
  private static final ModelOutput SCORES =
      new ModelOutput("scores", Samples.SEPARATE, BatchAxis.of(0));
  private static final ModelOutput CLASS =
      new ModelOutput("class", Samples.SEPARATE, BatchAxis.of(0));
  private static final List<ModelOutput> OUTPUTS = List.of(ANCHORS, FEATURES, CLASS, SCORES);
  private static final List<TensorSpec> SPECS =
      List.of(
          spec(DType.FLOAT32, 1, 9),
          spec(DType.FLOAT32, 6, 4, 5),
          spec(DType.INT64, 4),
          spec(DType.FLOAT32, 4, 10, 1, 1));

  private static TensorSpec spec(DType dtype, int... dims) {
    return new TensorSpec("t", dtype, Shape.of(dims));
  }

  @Test
  void theFirstOutputThatScoresClassesIsThePrimaryOne() {
    ValidationPlan plan = ValidationPlan.of(OUTPUTS, SPECS, Optional.empty());
    assertThat(plan.outputs().stream().map(ComparedOutput::meaning))
        .containsExactly(Meaning.VALUES, Meaning.VALUES, Meaning.CLASS, Meaning.SCORES);
    assertThat(plan.primaryOutput().name()).isEqualTo("scores");
    assertThat(plan.classes()).hasValue(10);
    // Without scores the class, without both the first that has samples.
    assertThat(
            ValidationPlan.of(OUTPUTS.subList(0, 3), SPECS.subList(0, 3), Optional.empty())
                .primaryOutput()
                .name())
        .isEqualTo("class");
    assertThat(
            ValidationPlan.of(OUTPUTS.subList(0, 2), SPECS.subList(0, 2), Optional.empty())
                .primaryOutput()
                .name())
        .isEqualTo("features");
  }

  @Test
  void aNameGoesBeforeTheShape() {
    ValidationPlan plan = ValidationPlan.of(OUTPUTS, SPECS, Optional.of("class"));
    assertThat(plan.primary()).isEqualTo(2);
    assertThat(plan.classes()).isEmpty();
    assertThatThrownBy(() -> ValidationPlan.of(OUTPUTS, SPECS, Optional.of("score")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "Cannot validate output: score, expected scores or another of [anchors, features,"
                + " class, scores]");
    ValidationPlan features = ValidationPlan.of(OUTPUTS, SPECS, Optional.of("features"));
    assertThatThrownBy(() -> features.requireClasses("compare labels"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "Cannot compare labels: output 'features' gives torch.float32[6, 1, 5] for a sample,");
  }

  @Test
  void partsLieWhereTheBatchAxisSays() {
    Tensor timeMajor =
        Tensor.of(
            DType.FLOAT32,
            Shape.of(2, 3, 2),
            new float[] {0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23});
    ModelOutput output = new ModelOutput("y", Samples.SEPARATE, BatchAxis.of(1));
    for (int sample = 0; sample < 3; sample++) {
      Part part = new Part(timeMajor, output, sample);
      assertThat(part.length()).isEqualTo(4);
      for (int i = 0; i < 4; i++) {
        assertThat(part.at(i)).isEqualTo(10 * sample + i);
      }
    }
    Tensor merged = Tensor.of(DType.FLOAT32, Shape.of(12), timeMajor.floats());
    ModelOutput blocks = new ModelOutput("y", Samples.SEPARATE, new BatchAxis(0, 2, 2));
    for (int i = 0; i < 4; i++) {
      assertThat(new Part(merged, blocks, 2).at(i)).isEqualTo(20 + i);
    }
    assertThat(new Part(timeMajor, ANCHORS, 0).length()).isEqualTo(12);
  }

  @Test
  void nanInOneSampleLeavesTheFiguresOfTheOthers() {
    ModelOutput output = new ModelOutput("y", Samples.SEPARATE, BatchAxis.of(0));
    ComparedOutput compared = ComparedOutput.of(output, spec(DType.FLOAT32, 4, 2));
    float nan = Float.NaN;
    Tensor f = Tensor.of(DType.FLOAT32, Shape.of(4, 2), new float[] {2, 1, nan, 1, 3, 4, 5, 6});
    Tensor q = Tensor.of(DType.FLOAT32, Shape.of(4, 2), new float[] {2, 2, nan, 9, nan, 4, 5, 7});
    OutputTotals one = new OutputTotals();
    OutputTotals parts = new OutputTotals();
    for (int i = 0; i < 4; i++) {
      one.add(compared, new Part(f, output, i), new Part(q, output, i));
      OutputTotals single = new OutputTotals();
      single.add(compared, new Part(f, output, i), new Part(q, output, i));
      parts.merge(single);
    }
    OutputComparison result = one.result(compared);
    assertThat(result).isEqualTo(parts.result(compared));
    assertThat(result.compared()).isEqualTo(4);
    assertThat(result.floatNan()).isEqualTo(1);
    assertThat(result.int8Nan()).isEqualTo(2);
    assertThat(result.int8NanOnly()).isEqualTo(1);
    assertThat(result.maxAbsError()).isEqualTo(1);
    assertThat(result.sqnrDb()).isCloseTo(10 * Math.log10(66 / 2.), within(1e-12));
    // Of the three samples with a class in float, one has none in int8.
    assertThat(result.agreement()).isCloseTo(2 / 3., within(1e-12));
  }

  @Test
  void nothingComparedIsNotEqual() {
    ModelOutput output = new ModelOutput("y", Samples.SEPARATE, BatchAxis.of(0));
    ComparedOutput compared = ComparedOutput.of(output, spec(DType.FLOAT32, 1, 2));
    Tensor nan = Tensor.of(DType.FLOAT32, Shape.of(1, 2), new float[] {Float.NaN, 1});
    OutputTotals totals = new OutputTotals();
    totals.add(compared, new Part(nan, output, 0), new Part(nan, output, 0));
    assertThat(totals.result(compared).sqnrDb()).isNaN();
    assertThat(totals.result(compared).agreement()).isNaN();
    assertThat(totals.result(compared).maxAbsError()).isNaN();
  }
}
