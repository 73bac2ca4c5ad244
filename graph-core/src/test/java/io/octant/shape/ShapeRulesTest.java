package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.graph.OperatorTable;
import io.octant.graph.Tuple;
import io.octant.nn.ModuleFactories;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes and types of every function, method and module against results of PyTorch. */
class ShapeRulesTest {
  private static final OperatorTable OPERATORS = ReferenceOperators.standard();
  private static final TorchFixtures CALLS = TorchFixtures.load("operators.json");
  private static final TorchFixtures MODULES = TorchFixtures.load("modules.json");

  static Stream<Arguments> calls() {
    return numbered(CALLS, "name");
  }

  static Stream<Arguments> modules() {
    return numbered(MODULES, "type");
  }

  private static Stream<Arguments> numbered(TorchFixtures fixtures, String label) {
    List<JsonNode> cases = fixtures.cases();
    return IntStream.range(0, cases.size())
        .mapToObj(i -> Arguments.of(i + " " + cases.get(i).get(label).asText(), cases.get(i)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void callHasTheShapeOfPyTorch(String name, JsonNode recorded) {
    String function = recorded.get("name").asText();
    List<Object> args = CALLS.list(recorded.get("args"));
    Map<String, Object> kwargs = CALLS.map(recorded.path("kwargs"));

    Object result =
        function.startsWith(".")
            ? ShapeInterpreter.callMethod(OPERATORS, function.substring(1), args, kwargs)
            : ShapeInterpreter.callFunction(OPERATORS, FunctionType.of(function), args, kwargs);

    assertThat(outline(result)).isEqualTo(outline(CALLS.value(recorded.get("result"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modules")
  void moduleHasTheShapeOfPyTorch(String name, JsonNode recorded) {
    Module module = module(recorded);
    module.train(recorded.path("train").asBoolean());

    Object result =
        ShapeInterpreter.callModule(
            module, MODULES.list(recorded.get("args")), MODULES.map(recorded.path("kwargs")));

    assertThat(outline(result)).isEqualTo(outline(MODULES.value(recorded.get("result"))));
  }

  private static Module module(JsonNode recorded) {
    Module made =
        ModuleFactories.create(
            ModuleFactories.all(),
            recorded.get("type").asText(),
            MODULES.map(recorded.get("hyper")),
            MODULES.tensors(recorded.get("parameters")),
            MODULES.tensors(recorded.get("buffers")));
    recorded
        .path("children")
        .fields()
        .forEachRemaining(child -> made.setChild(child.getKey(), module(child.getValue())));
    return made;
  }

  /** A value with its tensors replaced by type and shape. */
  private static Object outline(Object value) {
    if (value instanceof Tensor t) {
      return t.dtype() + " " + t.shape();
    }
    if (value instanceof Tuple t) {
      return new Tuple(t.items().stream().<Object>map(ShapeRulesTest::outline).toList());
    }
    return value instanceof List<?> list
        ? list.stream().map(ShapeRulesTest::outline).toList()
        : value;
  }
}
