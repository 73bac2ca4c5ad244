package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.quantization.mapform.Values;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every observer with every dtype, scheme and option: what it knows after each batch, and its
 * parameters, against those that PyTorch recorded.
 */
class TorchObserversTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("observers.json");

  /** A case prints as its name. */
  record Case(String name, JsonNode json) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return FIXTURES.cases().stream().map(c -> new Case(c.get("name").asText(), c));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void observerAgreesWithTorch(Case c) {
    ActivationPostProcess observer =
        Values.observer(new ObjectMapper().convertValue(c.json().get("spec"), Map.class)).create();
    List<Object> batches = FIXTURES.list(c.json().get("batches"));
    for (int i = 0; i < batches.size(); i++) {
      assertThat(observer.evaluate(List.of(batches.get(i)), Map.of())).isSameAs(batches.get(i));
      FIXTURES
          .tensors(c.json().get("states").get(i))
          .forEach((name, expected) -> assertSame(name, observer.tensor(name), expected));
    }
    CalculatedQParams found = observer.calculateQParams();
    assertSame("scale", found.scale(), (Tensor) FIXTURES.value(c.json().get("scale")));
    assertSame(
        "zero point", found.zeroPoint(), (Tensor) FIXTURES.value(c.json().get("zero_point")));
    JsonNode range = c.json().get("range");
    assertThat(observer.range()).contains(new QRange(range.get(0).asInt(), range.get(1).asInt()));
  }

  /** Exact, but for sums of histograms and what is searched in them. */
  private static void assertSame(String name, Tensor actual, Tensor expected) {
    if (name.equals("histogram")) {
      assertThat(actual.shape()).isEqualTo(expected.shape());
      for (int i = 0; i < expected.numel(); i++) {
        assertThat(actual.floats()[i])
            .as("bin %d", i)
            .isCloseTo(expected.floats()[i], within(1e-6f * Math.max(1, expected.floats()[i])));
      }
    } else {
      TorchFixtures.assertIdentical(name, actual, expected);
    }
  }
}
