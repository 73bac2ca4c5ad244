package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.FunctionType;
import io.octant.graph.OperatorTable;
import io.octant.graph.Tuple;
import io.octant.reference.binding.OperatorException;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every function and method against results of PyTorch. */
class ReferenceOperatorsTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("operators.json");
  private static final OperatorTable OPERATORS = ReferenceOperators.standard();

  static Stream<Arguments> cases() {
    List<JsonNode> cases = FIXTURES.cases();
    return IntStream.range(0, cases.size())
        .mapToObj(i -> Arguments.of(i + " " + cases.get(i).get("name").asText(), cases.get(i)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void agreesWithPyTorch(String name, JsonNode recorded) {
    Object result =
        call(
            recorded.get("name").asText(),
            FIXTURES.list(recorded.get("args")),
            FIXTURES.map(recorded.path("kwargs")));

    Object expected = FIXTURES.value(recorded.get("result"));
    TorchFixtures.assertSame(result, expected);
    if (recorded.path("exact").asBoolean()) {
      assertThat(((Tensor) result).floats()).containsExactly(((Tensor) expected).floats());
    }
  }

  private static Object call(String name, List<Object> args, Map<String, Object> kwargs) {
    return name.startsWith(".")
        ? OPERATORS.callMethod(name.substring(1), args, kwargs)
        : OPERATORS.callFunction(FunctionType.of(name), args, kwargs);
  }

  @Test
  void unknownFunctionIsNamed() {
    assertThatThrownBy(() -> call("torch.no_such", List.of(), Map.of()))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("Cannot call function: torch.no_such");
    assertThatThrownBy(() -> call(".no_such", List.of(), Map.of()))
        .hasMessageStartingWith("Cannot call method: .no_such");
  }

  @Test
  void argumentOfTheWrongTypeIsNamed() {
    Tensor x = Tensor.of(new float[4], 1, 4);
    assertThatThrownBy(() -> call("torch.flatten", List.of(x, "one"), Map.of()))
        .hasMessage("Cannot read start_dim of torch.flatten: one, expected an int");
  }

  @Test
  void dropoutWithoutGeneratorIsRefusedInTraining() {
    Tensor x = Tensor.of(new float[4], 4);
    assertThatThrownBy(() -> call("torch.nn.functional.dropout", List.of(x), Map.of()))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("training");
  }

  @Test
  void kwargsAndPositionsBindAlike() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    assertThat(call("torch.cat", List.of(), Map.of("tensors", Tuple.of(x, x), "dim", 1L)))
        .isEqualTo(call("torch.cat", List.of(List.of(x, x), 1L), Map.of()));
  }
}
