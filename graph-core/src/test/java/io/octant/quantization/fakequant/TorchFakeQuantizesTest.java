package io.octant.quantization.fakequant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.quantization.mapform.Values;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.LearnableFakeQuantization;
import io.octant.tensor.Tensor;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fake quantizes driven through batches and switches: outputs, straight-through gradients,
 * gradients of learned parameters and all state, against what PyTorch recorded.
 */
class TorchFakeQuantizesTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("fake_quantizes.json");

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
  void fakeQuantizeAgreesWithTorch(Case c) {
    FakeQuantizeModule module =
        (FakeQuantizeModule)
            Values.observer(new ObjectMapper().convertValue(c.json().get("spec"), Map.class))
                .create();
    for (JsonNode step : c.json().get("steps")) {
      if (step.has("switch")) {
        turn(module, step.get("switch").asText());
      } else {
        run(module, step);
      }
    }
    CalculatedQParams last = module.calculateQParams();
    TorchFixtures.assertIdentical("scale", last.scale(), tensor(c.json(), "final_scale"));
    Tensor zeroPoint = tensor(c.json(), "final_zero_point");
    assertThat(last.size()).isEqualTo(zeroPoint.numel());
    for (int i = 0; i < zeroPoint.numel(); i++) {
      assertThat(last.zeroPoint(i)).isEqualTo(zeroPoint.doubleAt(i));
    }
  }

  private static void turn(FakeQuantizeModule module, String to) {
    switch (to) {
      case "static_estimate", "static_observation" ->
          ((LearnableFakeQuantize) module)
              .enter(LearnableFakeQuantize.Phase.valueOf(to.toUpperCase(Locale.ROOT)));
      case "learning" ->
          ((LearnableFakeQuantize) module).enter(LearnableFakeQuantize.Phase.LEARNING);
      default -> Toggle.valueOf(to.toUpperCase(Locale.ROOT)).applyTo(module);
    }
  }

  private static void run(FakeQuantizeModule module, JsonNode step) {
    Tensor x = tensor(step, "x");
    Tensor grad = tensor(step, "grad");
    FakeQuantization y = module.forward(x);
    TorchFixtures.assertIdentical("output", y.output(), tensor(step, "out"));
    TorchFixtures.assertIdentical("gradient", y.gradient(grad), tensor(step, "dx"));
    for (String name : new String[] {"scale", "zero_point"}) {
      TorchFixtures.assertIdentical(name, module.tensor(name), tensor(step, name));
    }
    for (String name : new String[] {"min_val", "max_val"}) {
      if (step.has(name)) {
        TorchFixtures.assertIdentical(name, module.observer().tensor(name), tensor(step, name));
      }
    }
    if (step.has("dscale")) {
      LearnableFakeQuantization.Gradients gradients =
          ((LearnableFakeQuantize) module).backward(x, grad);
      TorchFixtures.assertIdentical("gradient", gradients.input(), tensor(step, "dx"));
      assertClose(gradients.scale(), tensor(step, "dscale"));
      assertClose(gradients.zeroPoint(), tensor(step, "dzero_point"));
    }
  }

  private static Tensor tensor(JsonNode json, String name) {
    return (Tensor) FIXTURES.value(json.get(name));
  }

  private static void assertClose(Tensor actual, Tensor expected) {
    assertThat(actual.shape()).isEqualTo(expected.shape());
    for (int i = 0; i < expected.numel(); i++) {
      float e = expected.floats()[i];
      assertThat(actual.floats()[i]).isCloseTo(e, within(1e-5f * Math.max(1, Math.abs(e))));
    }
  }
}
