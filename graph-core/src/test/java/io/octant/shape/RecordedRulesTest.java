package io.octant.shape;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.Arguments.ArgumentSet;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the rows of the operator table say of shapes, against the calls that are recorded of
 * PyTorch: there are some of nearly every row.
 */
class RecordedRulesTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("operators.json");

  static Stream<ArgumentSet> calls() {
    List<JsonNode> cases = FIXTURES.cases();
    return IntStream.range(0, cases.size())
        .mapToObj(
            i -> {
              JsonNode json = cases.get(i);
              RecordedCall call = RecordedCall.of(FIXTURES, json);
              Object result = FIXTURES.value(json.get("result"));
              return Arguments.argumentSet(i + " " + call.name(), call, result);
            });
  }

  /** A rule gives the shape and type that PyTorch does, or leaves the call to its kernel. */
  @ParameterizedTest
  @MethodSource("calls")
  void shapesAreAsTheRowSays(RecordedCall call, Object result) {
    Object rule = ShapeRules.call(call.type(), call.args(), call.kwargs());
    if (rule != null) {
      assertThat(layouts(rule)).as(call.row().toString()).isEqualTo(layouts(result));
    }
  }

  private static List<String> layouts(Object value) {
    return io.octant.graph.Arguments.all(value, Tensor.class).stream()
        .map(t -> t.dtype() + " " + t.shape())
        .toList();
  }
}
