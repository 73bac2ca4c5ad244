package io.octant.nn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.Module;
import io.octant.nn.factory.ModuleFactories;
import io.octant.reference.TorchFixtures;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every float module, built from its hyperparameters and tensors, against results of PyTorch. */
class FloatModulesTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("modules.json");

  private static final Set<String> CONTAINERS =
      Set.of("torch.nn.Sequential", "torch.nn.ModuleList", "torch.nn.ModuleDict");

  static Stream<Arguments> cases() {
    List<JsonNode> cases = FIXTURES.cases();
    return IntStream.range(0, cases.size())
        .mapToObj(i -> Arguments.of(i + " " + cases.get(i).get("type").asText(), cases.get(i)));
  }

  private static Module module(JsonNode recorded) {
    return RecordedModules.of(FIXTURES, recorded);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithPyTorch(String name, JsonNode recorded) {
    Module module = module(recorded);

    Object result =
        module.evaluate(FIXTURES.list(recorded.get("args")), FIXTURES.map(recorded.path("kwargs")));

    TorchFixtures.assertSame(result, FIXTURES.value(recorded.get("result")));
    if (recorded.has("buffers_after")) {
      FIXTURES
          .tensors(recorded.get("buffers_after"))
          .forEach((buffer, after) -> TorchFixtures.assertSame(module.tensor(buffer), after));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void describesItselfAsPyTorch(String name, JsonNode recorded) {
    Module module = module(recorded);

    assertThat(module.type().name()).isEqualTo(recorded.get("type").asText());
    assertThat(module.hyperparameters())
        .containsExactlyEntriesOf(FIXTURES.map(recorded.get("hyper")));
    assertThat(module.parameters()).isEqualTo(FIXTURES.tensors(recorded.get("parameters")));
    assertThat(module.buffers()).isEqualTo(FIXTURES.tensors(recorded.get("buffers")));
  }

  @Test
  void everyFactoryIsTested() {
    Set<String> tested = new HashSet<>(CONTAINERS);
    FIXTURES.cases().forEach(c -> tested.add(c.get("type").asText()));

    assertThat(tested).containsAll(ModuleFactories.all().keySet());
  }
}
