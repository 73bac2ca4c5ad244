package io.octant.nn.quantizable;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.conformance.GoldenCase;
import io.octant.conformance.GoldenValues;
import io.octant.conformance.Tolerance;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.nn.activation.ReLU;
import io.octant.nn.factory.ModuleFactories;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Observed and quantized results against PyTorch; {@code generate.py} makes the fixture. */
class QuantizableModulesTest {
  private static final ObserverSpec MIN_MAX =
      ObserverSpec.of(ObserverSpec.TORCH + "MinMaxObserver");
  private static final ObserverSpec ACTIVATION = MIN_MAX.with("dtype", DType.QUINT8);
  private static final ObserverSpec WEIGHT =
      MIN_MAX.with("dtype", DType.QINT8).with("qscheme", QScheme.PER_TENSOR_SYMMETRIC);
  private static final Tolerance ONE_STEP = Tolerance.EXACT.withSteps(1);

  @TestFactory
  Stream<DynamicTest> agreeWithPyTorch() throws URISyntaxException {
    Path file = Path.of(QuantizableModulesTest.class.getResource("quantizable.json").toURI());
    GoldenCase fixture = GoldenCase.load(file.getParent(), "quantizable.json");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : fixture.document().get("cases")) {
      String name = c.get("name").asText();
      tests.add(
          DynamicTest.dynamicTest(
              name,
              () -> {
                if (name.equals("attention")) {
                  attention(fixture.values(), c);
                } else {
                  lstm(fixture.values(), c);
                }
              }));
    }
    return tests.stream();
  }

  private static void lstm(GoldenValues values, JsonNode c) {
    Module floatLstm = floatModule("torch.nn.LSTM", values, c);
    Lstm observed = Lstm.observe(floatLstm, ACTIVATION);
    Object first = observed.evaluate(List.of(values.decode(c.get("input"))), Map.of());
    Tolerance.FLOAT.compare("observed", values.decode(c.get("observed")), first);

    Lstm quantized = observed.quantize(WEIGHT, QuantizedEngine.FBGEMM);
    Tuple last =
        quantized.evaluate(
            List.of(values.decode(c.get("quantized_input")), values.decode(c.get("state"))),
            Map.of());
    ONE_STEP.compare("quantized", values.decode(c.get("quantized")), last.item(0));
    if (c.has("final_state")) {
      ONE_STEP.compare("final state", values.decode(c.get("final_state")), last.item(1));
    }
  }

  private static void attention(GoldenValues values, JsonNode c) {
    Module floatAttention = floatModule("torch.nn.MultiheadAttention", values, c);
    tensors(values, c.get("out_proj")).forEach(floatAttention.module("out_proj")::setParameter);
    MultiheadAttention observed = MultiheadAttention.observe(floatAttention, ACTIVATION);
    Object first = observed.evaluate(list(values, c.get("inputs")), Map.of());
    Tolerance.FLOAT.compare("observed", values.decode(c.get("observed")), first);

    MultiheadAttention quantized = observed.quantize(WEIGHT, QuantizedEngine.FBGEMM);
    Object last = quantized.evaluate(list(values, c.get("quantized_inputs")), Map.of());
    ONE_STEP.compare("quantized", values.decode(c.get("quantized")), last);
  }

  @Test
  void refusesOtherModules() {
    assertThatThrownBy(() -> Lstm.observe(new ReLU(), ACTIVATION))
        .isInstanceOf(OctantException.class)
        .hasMessage("Cannot observe module: torch.nn.ReLU, expected torch.nn.LSTM");
  }

  private static Module floatModule(String type, GoldenValues values, JsonNode c) {
    Map<String, Object> hyper = new LinkedHashMap<>();
    c.get("hyper")
        .fields()
        .forEachRemaining(h -> hyper.put(h.getKey(), values.decode(h.getValue())));
    return ModuleFactories.create(
        ModuleFactories.all(), type, hyper, tensors(values, c.get("params")), Map.of());
  }

  private static Map<String, Tensor> tensors(GoldenValues values, JsonNode names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.fields().forEachRemaining(n -> out.put(n.getKey(), values.tensor(n.getValue().asText())));
    return out;
  }

  private static List<Object> list(GoldenValues values, JsonNode items) {
    List<Object> out = new ArrayList<>();
    items.forEach(i -> out.add(values.decode(i)));
    return out;
  }
}
