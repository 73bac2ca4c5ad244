package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.graph.None;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.UniformObserver;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs the cases of the area {@code observers}, and {@code errors} of kind constructor. */
final class ObserverCases {
  private static final double HISTOGRAM_TOLERANCE = 1e-6;

  private ObserverCases() {}

  /**
   * Feeds an observer its batches and compares what it knows after each, then its parameters.
   *
   * @throws Difference at the first difference
   */
  static void run(GoldenCase c) {
    JsonNode doc = c.document();
    ActivationPostProcess observer =
        GoldenFactories.spec(doc.get("observer").asText(), doc.get("kwargs"), c.values()).create();
    compareAttributes(c, observer);
    JsonNode batches = doc.get("batches");
    for (int i = 0; i < batches.size(); i++) {
      Tensor batch = c.values().tensor(batches.get(i).asText());
      JsonNode after = doc.get("after_batch").get(i);
      String where = "batch " + i;
      if (after.has("raises")) {
        requireRaises(where, () -> observer.observe(batch));
      } else {
        Object out = observer.evaluate(List.of(batch), Map.of());
        if (!out.equals(batch)) {
          throw new Difference(where + " output", batch, out);
        }
        compareStatistics(c, where, after, observer);
      }
    }
    if (doc.has("qparams")) {
      compareQParams(doc, observer);
    }
  }

  /** Constructs a class, calls a method if the case says so, and expects a failure or none. */
  static void runConstructor(GoldenCase c) {
    JsonNode doc = c.document();
    Runnable call =
        () -> {
          ActivationPostProcess made =
              GoldenFactories.spec(doc.get("class").asText(), doc.get("kwargs"), c.values())
                  .create();
          if (doc.path("then_call").asText().equals("calculate_qparams")) {
            made.calculateQParams();
          }
        };
    if (doc.get("expected").get("raises").isNull()) {
      call.run();
    } else {
      requireRaises("constructor", call);
    }
  }

  private static void compareAttributes(GoldenCase c, ActivationPostProcess observer) {
    Map<String, Object> actual = new LinkedHashMap<>(observer.hyperparameters());
    if (observer instanceof UniformObserver) {
      actual.put("eps", observer.eps());
    }
    Map<String, Object> expected = new LinkedHashMap<>();
    c.document()
        .path("attributes")
        .fields()
        .forEachRemaining(e -> expected.put(e.getKey(), c.values().decode(e.getValue())));
    expected.forEach(
        (name, value) ->
            new Tolerance(1e-6, 0, 0)
                .compare("attribute " + name, value, actual.getOrDefault(name, None.NONE)));
  }

  private static void compareStatistics(
      GoldenCase c, String where, JsonNode after, ActivationPostProcess observer) {
    for (String name : List.of("min_val", "max_val")) {
      if (after.has(name)) {
        requireEqual(where + " " + name, after.get(name), observer.tensor(name), 0);
      }
    }
    if (after.has("histogram")) {
      Tensor expected = c.values().tensor(after.get("histogram").asText());
      Tensor actual = observer.tensor("histogram");
      for (int i = 0; i < expected.numel(); i++) {
        double e = expected.doubleAt(i);
        if (Math.abs(actual.doubleAt(i) - e) > HISTOGRAM_TOLERANCE * Math.abs(e)) {
          throw new Difference(where + " histogram[" + i + "]", e, actual.doubleAt(i));
        }
      }
    }
  }

  private static void compareQParams(JsonNode doc, ActivationPostProcess observer) {
    JsonNode expected = doc.get("qparams");
    if (expected.has("raises")) {
      requireRaises("qparams", observer::calculateQParams);
      return;
    }
    CalculatedQParams actual = observer.calculateQParams();
    Set<String> ignore = new HashSet<>();
    doc.path("ignore").forEach(field -> ignore.add(field.asText()));
    if (!ignore.contains("qparams.scale")) {
      requireEqual("scale", expected.get("scale"), actual.scale(), 1e-6);
    }
    if (!ignore.contains("qparams.zero_point")) {
      requireEqual("zero_point", expected.get("zero_point"), actual.zeroPoint(), 1e-6);
    }
    requireDType("scale", expected.path("scale_dtype"), actual.scale());
    requireDType("zero_point", expected.path("zero_point_dtype"), actual.zeroPoint());
    if (doc.path("warns").asBoolean() && actual.warnings().isEmpty()) {
      throw new Difference("warnings", "some", "none");
    }
  }

  private static void requireDType(String where, JsonNode name, Tensor actual) {
    if (name.isTextual() && DType.of(name.asText()) != actual.dtype()) {
      throw new Difference(where + " dtype", name.asText(), actual.dtype());
    }
  }

  /** Compares a list of numbers with a tensor; integers exactly. */
  static void requireEqual(String where, JsonNode expected, Tensor actual, double relative) {
    if (expected.size() != actual.numel()) {
      throw new Difference(where + " size", expected, actual);
    }
    for (int i = 0; i < actual.numel(); i++) {
      double e = number(expected.get(i));
      double a = actual.doubleAt(i);
      double allowed = actual.dtype().isFloatingPoint() ? relative * Math.abs(e) : 0;
      boolean same = Double.isFinite(e) ? Math.abs(e - a) <= allowed : Double.compare(e, a) == 0;
      if (!same) {
        throw new Difference(where + "[" + i + "]", e, a);
      }
    }
  }

  static double number(JsonNode json) {
    return json.has("float")
        ? switch (json.get("float").asText()) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          default -> Double.NaN;
        }
        : json.asDouble();
  }

  static void requireRaises(String where, Runnable call) {
    try {
      call.run();
    } catch (OctantException e) {
      if (String.valueOf(e.getMessage()).startsWith("Cannot make observer: ")) {
        throw new Difference(where, "a class that refuses its arguments", e.getMessage());
      }
      return;
    }
    throw new Difference(where, "a failure", "none");
  }
}
