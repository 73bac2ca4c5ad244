package io.octant.nn.quantizable;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.conformance.GoldenCase;
import io.octant.conformance.GoldenValues;
import io.octant.conformance.Tolerance;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.nn.ModuleFactories;
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
import org.junit.jupiter.api.TestFactory;

/** Observed and quantized results against PyTorch; {@code generate.py} makes the fixture. */
class LstmTest {
  private static final ObserverSpec MIN_MAX =
      ObserverSpec.of(ObserverSpec.TORCH + "MinMaxObserver");
  private static final ObserverSpec WEIGHT =
      MIN_MAX.with("dtype", DType.QINT8).with("qscheme", QScheme.PER_TENSOR_SYMMETRIC);

  @TestFactory
  Stream<DynamicTest> agreesWithPyTorch() throws URISyntaxException {
    Path folder = Path.of(LstmTest.class.getResource("lstm.json").toURI()).getParent();
    GoldenCase fixture = GoldenCase.load(folder, "lstm.json");
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode c : fixture.document().get("cases")) {
      tests.add(DynamicTest.dynamicTest(c.get("name").asText(), () -> run(fixture.values(), c)));
    }
    return tests.stream();
  }

  private static void run(GoldenValues values, JsonNode c) {
    Lstm observed = Lstm.observe(floatLstm(values, c), MIN_MAX.with("dtype", DType.QUINT8));
    Object first = observed.evaluate(List.of(values.decode(c.get("input"))), Map.of());
    Tolerance.FLOAT.compare("observed", values.decode(c.get("observed")), first);

    Lstm quantized = observed.quantize(WEIGHT, QuantizedEngine.FBGEMM);
    Tuple last =
        quantized.evaluate(
            List.of(values.decode(c.get("quantized_input")), values.decode(c.get("state"))),
            Map.of());
    Tolerance oneStep = Tolerance.EXACT.withSteps(1);
    oneStep.compare("quantized", values.decode(c.get("quantized")), last.item(0));
    if (c.has("final_state")) {
      oneStep.compare("final state", values.decode(c.get("final_state")), last.item(1));
    }
  }

  private static Module floatLstm(GoldenValues values, JsonNode c) {
    Map<String, Object> hyper = new LinkedHashMap<>();
    c.get("hyper")
        .fields()
        .forEachRemaining(h -> hyper.put(h.getKey(), values.decode(h.getValue())));
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    c.get("params")
        .fields()
        .forEachRemaining(p -> parameters.put(p.getKey(), values.tensor(p.getValue().asText())));
    return ModuleFactories.create(
        ModuleFactories.all(), "torch.nn.LSTM", hyper, parameters, Map.of());
  }
}
