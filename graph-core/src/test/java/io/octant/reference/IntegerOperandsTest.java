package io.octant.reference;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.OperatorTable;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions and methods on integers: what PyTorch refuses is refused, and what it computes has the
 * same type. {@code integers.py} recorded its behaviour on the cases of {@code operators.json}.
 */
class IntegerOperandsTest {
  private static final TorchFixtures FIXTURES = TorchFixtures.load("operators.json");
  private static final OperatorTable OPERATORS = ReferenceOperators.standard();

  /** PyTorch truncates their float factors where the tensors are integers; here they promote. */
  private static final Set<String> TRUNCATING =
      Set.of(
          "torch.addcmul",
          "torch.addmm",
          "torch.addmv",
          "torch.addbmm",
          "torch.baddbmm",
          ".addmm_");

  private boolean every;
  private int changed;

  static Stream<Arguments> cases() {
    List<JsonNode> calls = FIXTURES.cases();
    List<Arguments> out = new ArrayList<>();
    for (JsonNode line : TorchFixtures.load("integers.json").cases()) {
      JsonNode call = calls.get(line.get(0).asInt());
      String name = call.get("name").asText();
      if (TRUNCATING.contains(name) && call.path("kwargs").size() > 0) {
        continue;
      }
      out.add(Arguments.of(line.get(0) + " " + call.get("name").asText(), call, line));
    }
    return out.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void behavesAsPyTorch(String name, JsonNode call, JsonNode recorded) {
    assertThat(outcome(call, true)).as("all operands integers").isEqualTo(text(recorded.get(1)));
    // Whether PyTorch mixes types in an equation depends on what it multiplies with: never here.
    boolean einsum = name.endsWith("torch.einsum") && FIXTURES.list(call.get("args")).size() > 2;
    String first = einsum ? "raises" : text(recorded.get(2));
    assertThat(outcome(call, false)).as("the first an integer").isEqualTo(first);
  }

  private static String text(JsonNode json) {
    if (json.isArray()) {
      List<String> items = new ArrayList<>();
      json.forEach(item -> items.add(text(item)));
      return items.toString();
    }
    return json.asText().startsWith("torch.") || json.asText().equals("raises")
        ? json.asText()
        : "no tensor";
  }

  private String outcome(JsonNode call, boolean all) {
    every = all;
    changed = 0;
    String name = call.get("name").asText();
    List<Object> args = new ArrayList<>();
    FIXTURES.list(call.get("args")).forEach(a -> args.add(integers(a)));
    Map<String, Object> kwargs = new LinkedHashMap<>();
    FIXTURES.map(call.path("kwargs")).forEach((k, v) -> kwargs.put(k, integers(v)));
    try {
      return typeOf(
          name.startsWith(".")
              ? OPERATORS.callMethod(name.substring(1), args, kwargs)
              : OPERATORS.callFunction(FunctionType.of(name), args, kwargs));
    } catch (OctantException e) {
      return "raises";
    }
  }

  private Object integers(Object value) {
    if (value instanceof List<?> list) {
      List<Object> out = new ArrayList<>();
      list.forEach(item -> out.add(integers(item)));
      return out;
    }
    if (value instanceof Tuple tuple) {
      List<Object> out = new ArrayList<>();
      tuple.items().forEach(item -> out.add(integers(item)));
      return new Tuple(out);
    }
    if (!(value instanceof Tensor t) || t.dtype() != DType.FLOAT32 || !(every || changed == 0)) {
      return value;
    }
    changed++;
    long[] out = new long[t.numel()];
    for (int i = 0; i < out.length; i++) {
      float v = t.floats()[i] * 2;
      out[i] = Float.isInfinite(v) ? (v > 0 ? 9 : -9) : (long) v;
    }
    return Tensor.of(DType.INT64, t.shape(), out);
  }

  private static String typeOf(Object result) {
    if (result instanceof Shape shape) {
      return Collections.nCopies(shape.rank(), "no tensor").toString();
    }
    if (result instanceof Tensor t) {
      return t.dtype().torchName();
    }
    List<?> items =
        result instanceof Tuple tuple ? tuple.items() : result instanceof List<?> l ? l : null;
    return items == null
        ? "no tensor"
        : items.stream().map(IntegerOperandsTest::typeOf).toList().toString();
  }
}
