package io.octant.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import org.junit.jupiter.api.Test;

class TensorTableTest {
  private final CalibrationState state = Results.state();
  private final ObjectNode qparams = Results.MAPPER.createObjectNode();

  private ArrayNode table() {
    return TensorTable.of(Results.source(Results.report(), qparams, state));
  }

  @Test
  void barsHoldEveryFiniteValue() {
    state.add("observer_0", Results.statistics(-1, 0, 0, 0.5f, 3, Float.NaN));
    JsonNode line = table().get(0);
    long sum = 0;
    for (JsonNode count : line.get("counts")) {
      sum += count.asLong();
    }
    assertThat(sum).isEqualTo(5);
    assertThat(line.get("counts").get(0).asLong()).isEqualTo(1);
    // 0 is a quarter of the way from -1 to 3.
    assertThat(line.get("counts").get(line.get("counts").size() / 4).asLong()).isEqualTo(2);
    assertThat(line.get("counts").get(line.get("counts").size() - 1).asLong()).isEqualTo(1);
    assertThat(line.get("notFinite").asLong()).isEqualTo(1);
    assertThat(line.get("name").asText()).isEqualTo("observer_0");
    assertThat(line.get("chosen").isNull()).isTrue();
  }

  @Test
  void theChosenRangeIsThatOfTheIntegers() {
    state.add("observer_0", Results.statistics(0, 1, 2, 3, 10, 10, 10, 10, 100, -50));
    Results.activation(qparams, "conv", "observer_0", 0.1, 55);
    JsonNode line = table().get(0);
    assertThat(line.get("name").asText()).isEqualTo("conv");
    assertThat(line.get("chosen").get(0).asDouble()).isCloseTo(-5.5, within(1e-6));
    assertThat(line.get("chosen").get(1).asDouble()).isCloseTo(20, within(1e-6));
    assertThat(line.get("beyond").asDouble()).isEqualTo(0.2);
  }

  @Test
  void methodsChooseAsTheyDoInConversion() {
    TensorStatistics statistics = Results.normal(7, 0.5);
    state.add("observer_0", statistics);
    Results.activation(qparams, "conv", "observer_0", 0.02, 100);
    QuantizationTarget target =
        new QuantizationTarget(QRange.of(DType.QUINT8), QuantizationTarget.Symmetry.AFFINE);
    JsonNode methods = table().get(0).get("methods");
    assertThat(methods.findValuesAsText("name"))
        .containsExactly("minmax", "mse", "l2", "percentile:99.99", "entropy");
    for (JsonNode method : methods) {
      ValueRange range = RangeMethod.parse(method.get("name").asText()).solve(statistics, target);
      assertThat(method.get("min").floatValue()).isEqualTo((float) range.min());
      assertThat(method.get("max").floatValue()).isEqualTo((float) range.max());
      assertThat(method.get("beyond").asDouble()).isBetween(0.0, 0.05);
    }
    assertThat(methods.get(0).get("beyond").asDouble()).isZero();
  }

  @Test
  void slowMethodsAreForTheFirstValues() {
    for (int i = 0; i < 257; i++) {
      state.add("observer_" + i, Results.statistics(-1, i));
      Results.activation(qparams, "node_" + i, "observer_" + i, 0.02, 100);
    }
    ArrayNode table = table();
    assertThat(table.get(255).get("methods")).hasSize(5);
    assertThat(table.get(256).get("methods").findValuesAsText("name"))
        .containsExactly("minmax", "l2", "percentile:99.99");
  }

  @Test
  void valuesWithoutARangeHaveNoBars() {
    state.add("nan", Results.statistics(Float.NaN));
    state.add("one", Results.statistics(2, 2));
    ArrayNode table = table();
    assertThat(table.get(0).get("min").isNull()).isTrue();
    assertThat(table.get(0).get("counts")).isEmpty();
    assertThat(table.get(1).get("counts")).isEmpty();
    assertThat(table.get(1).get("methods")).isNotEmpty();
  }
}
