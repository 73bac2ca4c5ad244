package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.QRange;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The L2 search against PyTorch's, and every range method against a computation of its own from the
 * description in the documentation ({@code ranges.py}).
 */
class RecordedRangesTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("ranges.json");

  /** A case prints as what it is about. */
  record Case(String name, JsonNode json) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Stream<Case> cases(String kind) {
    return FIXTURES.cases().stream()
        .filter(c -> c.get("kind").asText().equals(kind))
        .map(
            c ->
                new Case(
                    c.path("method").asText(kind)
                        + " "
                        + c.path("sample").asText()
                        + c.path("target"),
                    c));
  }

  static Stream<Case> searches() {
    return cases("l2_search");
  }

  static Stream<Case> projections() {
    return cases("projection");
  }

  static Stream<Case> methods() {
    return cases("method");
  }

  @ParameterizedTest
  @MethodSource("searches")
  void theL2SearchIsThatOfTorch(Case c) {
    JsonNode json = c.json();
    float[] histogram = floats(json.get("histogram"));
    L2Search search =
        new L2Search(
            histogram,
            (float) json.get("min").asDouble(),
            (float) json.get("max").asDouble(),
            json.get("levels").asDouble());
    for (int i = 0; i < json.get("spans").size(); i++) {
      JsonNode span = json.get("spans").get(i);
      double expected = json.get("errors").get(i).asDouble();
      assertThat(search.error(span.get(0).asInt(), span.get(1).asInt()))
          .as("error of %s", span)
          .isCloseTo(expected, within(1e-6 * expected));
    }
    assertRange(search.search(), json, 0);
  }

  @ParameterizedTest
  @MethodSource("projections")
  void theGridProjectsToBinsOfEqualWidth(Case c) {
    TensorStatistics s = statistics(c.json());
    float[] expected = floats(c.json().get("histogram"));
    float[] actual = EqualWidthProjection.of(s, s.min(), s.max(), expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("bin %d", i).isCloseTo(expected[i], within(1e-4f));
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theMethodFindsTheDescribedRange(Case c) {
    JsonNode target = c.json().get("target");
    ValueRange found =
        RangeMethod.parse(c.json().get("method").asText())
            .search(
                statistics(sample(c.json().get("sample").asText())),
                new QuantizationTarget(
                    new QRange(target.get(0).asInt(), target.get(1).asInt()),
                    Symmetry.valueOf(target.get(2).asText())));
    assertRange(found, c.json(), 1e-6f);
  }

  private static JsonNode sample(String name) {
    return projections()
        .map(Case::json)
        .filter(c -> c.get("sample").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static TensorStatistics statistics(JsonNode json) {
    TensorStatistics out = new TensorStatistics();
    for (JsonNode pair : json.get("values")) {
      float[] values = new float[pair.get(1).asInt()];
      Arrays.fill(values, (float) pair.get(0).asDouble());
      out.update(values);
    }
    return out;
  }

  private static float[] floats(JsonNode json) {
    float[] out = new float[json.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) json.get(i).asDouble();
    }
    return out;
  }

  private static void assertRange(ValueRange found, JsonNode json, float relative) {
    float low = (float) json.get("range").get(0).asDouble();
    float high = (float) json.get("range").get(1).asDouble();
    assertThat(found.min()).isCloseTo(low, within(relative * Math.abs(low)));
    assertThat(found.max()).isCloseTo(high, within(relative * Math.abs(high)));
  }
}
