package io.octant.reference.quantized;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.GoldenCase;
import io.octant.conformance.Tolerance;
import io.octant.graph.FunctionType;
import io.octant.graph.OperatorTable;
import io.octant.reference.ReferenceOperators;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Operators against what PyTorch computes; {@code generate.py} beside the fixture makes it. */
class QuantizedOperatorsTest {
  @TestFactory
  Stream<DynamicTest> agreesWithPyTorch() throws URISyntaxException {
    Path folder = Path.of(QuantizedOperatorsTest.class.getResource("operators.json").toURI());
    GoldenCase fixture = GoldenCase.load(folder.getParent(), "operators.json");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : fixture.document().get("cases")) {
      tests.add(DynamicTest.dynamicTest(c.get("name").asText(), () -> check(fixture, c)));
    }
    return tests.stream();
  }

  private static void check(GoldenCase fixture, JsonNode c) {
    OperatorTable table = ReferenceOperators.standard(QuantizedEngine.of(c.get("engine").asText()));
    Object expected = fixture.values().decode(c.get("expected"));
    Tolerance.FLOAT
        .withSteps(c.get("steps").asInt())
        .compare(c.get("name").asText(), expected, call(fixture, table, c));
  }

  private static Object call(GoldenCase fixture, OperatorTable table, JsonNode c) {
    List<Object> args = new ArrayList<>();
    for (JsonNode a : c.get("args")) {
      args.add(a.has("call") ? call(fixture, table, a) : fixture.values().decode(a));
    }
    Map<String, Object> kwargs = new LinkedHashMap<>();
    c.path("kwargs")
        .fields()
        .forEachRemaining(k -> kwargs.put(k.getKey(), fixture.values().decode(k.getValue())));
    return table.callFunction(FunctionType.of(c.get("call").asText()), args, kwargs);
  }
}
