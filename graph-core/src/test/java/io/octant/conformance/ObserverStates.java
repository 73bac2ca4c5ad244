package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.Module;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.tensor.Tensor;

/** Compares what the observers and fake quantizes of a network know with what a case records. */
final class ObserverStates {
  private static final double RELATIVE = 1e-5;

  private ObserverStates() {}

  /**
   * Compares every entry, by path.
   *
   * @throws Difference at the first difference
   */
  static void compare(String stage, JsonNode expected, Module root) {
    expected
        .fields()
        .forEachRemaining(
            e ->
                compareOne(
                    stage + " observer '" + e.getKey() + "'",
                    e.getValue(),
                    root.findModule(e.getKey())));
  }

  private static void compareOne(String where, JsonNode expected, Module actual) {
    if (!(actual instanceof ActivationPostProcess observer)) {
      throw new Difference(where, "an observer", actual == null ? "none" : actual.type());
    }
    Module statistics =
        observer instanceof FakeQuantizeModule f ? f.module("activation_post_process") : observer;
    for (String name : new String[] {"min_val", "max_val"}) {
      if (expected.path(name).isArray()) {
        compareNumbers(
            where + " " + name, expected.get(name), statistics.tensor(name), largest(expected));
      }
    }
    for (String name : new String[] {"scale", "zero_point"}) {
      if (expected.path(name).isArray()) {
        compareNumbers(where + " " + name, expected.get(name), observer.tensor(name), 0);
      }
    }
    for (String flag : new String[] {"observer_enabled", "fake_quant_enabled"}) {
      if (expected.has(flag) && expected.get(flag).asInt() != observer.tensor(flag).longAt(0)) {
        throw new Difference(
            where + " " + flag, expected.get(flag), observer.tensor(flag).longAt(0));
      }
    }
    if (expected.has("equalization_scale")) {
      Object scale = observer.attributes().get("equalization_scale");
      compareNumbers(
          where + " equalization_scale", expected.get("equalization_scale"), (Tensor) scale, 0);
    }
    if (expected.has("qparams")) {
      compareQParams(where + " qparams", expected.get("qparams"), observer);
    }
  }

  private static double largest(JsonNode expected) {
    double out = 0;
    for (String name : new String[] {"min_val", "max_val"}) {
      for (JsonNode v : expected.path(name)) {
        out = Math.max(out, Math.abs(v.asDouble()));
      }
    }
    return out;
  }

  private static void compareQParams(
      String where, JsonNode expected, ActivationPostProcess observer) {
    if (expected.has("raises")) {
      ObserverCases.requireRaises(where, observer::calculateQParams);
      return;
    }
    CalculatedQParams actual = observer.calculateQParams();
    compareNumbers(where + " scale", expected.get("scale"), actual.scale(), 0);
    compareNumbers(where + " zero_point", expected.get("zero_point"), actual.zeroPoint(), 0);
  }

  /**
   * Floats to 1e-5 of the larger of themselves and {@code magnitude}, integers exactly; null is
   * undefined.
   */
  private static void compareNumbers(
      String where, JsonNode expected, Tensor actual, double magnitude) {
    if (expected.size() != actual.numel()) {
      throw new Difference(where + " size", expected, actual);
    }
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i).isNull()) {
        continue;
      }
      double e = ObserverCases.number(expected.get(i));
      double a = actual.doubleAt(i);
      double allowed =
          actual.dtype().isFloatingPoint() ? RELATIVE * Math.max(Math.abs(e), magnitude) : 0;
      if (Double.isFinite(e) ? !(Math.abs(e - a) <= allowed) : Double.compare(e, a) != 0) {
        throw new Difference(where + "[" + i + "]", e, a);
      }
    }
  }
}
