package io.octant.nn.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.GoldenCase;
import io.octant.conformance.Tolerance;
import io.octant.graph.Module;
import io.octant.graph.None;
import io.octant.nn.quantized.QuantizedModule;
import io.octant.nn.quantized.StaticLowering;
import io.octant.nn.quantized.WeightOnlyLowering;
import io.octant.nn.quantized.dynamic.DynamicLowering;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Modules of PyTorch: restored from their state they tell the same state and compute the same;
 * lowered from the state before they become the same. {@code generate.py} beside the fixture makes
 * it.
 */
class ModuleRestorerTest {
  @TestFactory
  Stream<DynamicTest> restoredModules() throws URISyntaxException {
    return tests((fixture, c) -> check(fixture, c, restore(fixture, c, c.get("after"))));
  }

  @TestFactory
  Stream<DynamicTest> loweredModules() throws URISyntaxException {
    return tests(
        (fixture, c) -> {
          if (!c.get("before").isNull()) {
            check(fixture, c, lower(c, restore(fixture, c, c.get("before"))));
          }
        });
  }

  private interface Check {
    void run(GoldenCase fixture, JsonNode c);
  }

  private static Stream<DynamicTest> tests(Check check) throws URISyntaxException {
    Path folder = Path.of(ModuleRestorerTest.class.getResource("modules.json").toURI()).getParent();
    GoldenCase fixture = GoldenCase.load(folder, "modules.json");
    List<DynamicTest> out = new ArrayList<>();
    for (JsonNode c : fixture.document().get("cases")) {
      out.add(DynamicTest.dynamicTest(c.get("name").asText(), () -> check.run(fixture, c)));
    }
    return out.stream();
  }

  private static QuantizedEngine engine(JsonNode c) {
    return c.get("name").asText().contains("qnnpack")
        ? QuantizedEngine.QNNPACK
        : QuantizedEngine.FBGEMM;
  }

  private static Module lower(JsonNode c, Module module) {
    if (c.has("output")) {
      QParams output =
          QParams.perTensor(
              c.get("output").get("scale").floatValue(),
              c.get("output").get("zero_point").asLong());
      return new StaticLowering(engine(c)).lower(module, output);
    }
    return c.get("name").asText().startsWith("dynamic")
        ? new DynamicLowering(engine(c)).lower(module)
        : WeightOnlyLowering.lower((ReferenceModule) module);
  }

  private static void check(GoldenCase fixture, JsonNode c, Module module) {
    JsonNode after = c.get("after");
    assertThat(module.type().name()).isEqualTo(after.get("type").asText());
    after
        .get("hyper")
        .fields()
        .forEachRemaining(
            h ->
                Tolerance.FLOAT.compare(
                    h.getKey(),
                    fixture.values().decode(h.getValue()),
                    module.hyperparameters().get(h.getKey())));
    compareTensors(fixture, after.get("params"), module.parameters());
    compareTensors(fixture, after.get("buffers"), module.buffers());
    if (after.has("quantized")) {
      Tolerance.FLOAT.compare(
          "quantized state",
          values(fixture, after.get("quantized")),
          ((QuantizedModule) module).quantizedState());
    }
    List<Object> inputs = new ArrayList<>();
    c.get("inputs").forEach(i -> inputs.add(fixture.values().decode(i)));
    Tolerance.FLOAT
        .withSteps(c.get("steps").asInt())
        .compare(
            "output",
            fixture.values().decode(c.get("expected")),
            module.copy().evaluate(inputs, Map.of()));
  }

  private static void compareTensors(
      GoldenCase fixture, JsonNode expected, Map<String, Tensor> actual) {
    Map<String, Object> tensors = new LinkedHashMap<>();
    expected
        .fields()
        .forEachRemaining(
            t -> tensors.put(t.getKey(), fixture.values().tensor(t.getValue().asText())));
    assertThat(actual.keySet()).isEqualTo(tensors.keySet());
    tensors.forEach((name, t) -> Tolerance.FLOAT.compare(name, t, actual.get(name)));
  }

  private static Module restore(GoldenCase fixture, JsonNode c, JsonNode entry) {
    Map<String, Module> children = new LinkedHashMap<>();
    entry
        .path("children")
        .fields()
        .forEachRemaining(
            child -> children.put(child.getKey(), restore(fixture, c, child.getValue())));
    Map<String, Object> hyper = new LinkedHashMap<>();
    entry
        .get("hyper")
        .fields()
        .forEachRemaining(h -> hyper.put(h.getKey(), fixture.values().decode(h.getValue())));
    return new ModuleRestorer(engine(c))
        .restore(
            new ModuleState(
                entry.get("type").asText(),
                hyper,
                tensors(fixture, entry.path("params")),
                tensors(fixture, entry.path("buffers")),
                Map.of(),
                entry.has("quantized") ? values(fixture, entry.get("quantized")) : Map.of(),
                children));
  }

  private static Map<String, Tensor> tensors(GoldenCase fixture, JsonNode names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names
        .fields()
        .forEachRemaining(n -> out.put(n.getKey(), fixture.values().tensor(n.getValue().asText())));
    return out;
  }

  /** Integer weights: values, or dictionaries of values by parameter name. */
  private static Map<String, Object> values(GoldenCase fixture, JsonNode quantized) {
    Map<String, Object> out = new LinkedHashMap<>();
    quantized
        .fields()
        .forEachRemaining(
            f -> {
              JsonNode v = f.getValue();
              boolean dictionary = v.isObject() && !v.has("tensor") && !v.has("qtensor");
              out.put(
                  f.getKey(),
                  v.isNull()
                      ? None.NONE
                      : dictionary ? values(fixture, v) : fixture.values().decode(v));
            });
    return out;
  }
}
