package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.None;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.fakequant.LearnableFakeQuantize;
import io.octant.quantization.fakequant.Toggle;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.LearnableFakeQuantization;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs the fake-quantize modules of the area {@code quantize} through their steps. */
final class FakeQuantizeModuleCases {
  private static final Tolerance LEARNED = new Tolerance(1e-4, 1e-7, 0);
  private static final double STATE_TOLERANCE = 1e-6;

  private final GoldenCase c;
  private final FakeQuantizeModule module;

  private FakeQuantizeModuleCases(GoldenCase c) {
    this.c = c;
    JsonNode doc = c.document();
    module =
        (FakeQuantizeModule)
            GoldenFactories.spec(doc.get("module").asText(), doc.get("kwargs"), c.values())
                .create();
  }

  static boolean covers(GoldenCase c) {
    return c.document().has("module");
  }

  /**
   * Runs all steps, then compares the parameters that conversion would use.
   *
   * @throws Difference at the first difference
   */
  static void run(GoldenCase c) {
    new FakeQuantizeModuleCases(c).run();
  }

  private void run() {
    JsonNode doc = c.document();
    Map<String, Object> hyper = module.hyperparameters();
    doc.path("attributes")
        .fields()
        .forEachRemaining(
            e ->
                Tolerance.EXACT.compare(
                    "attribute " + e.getKey(),
                    c.values().decode(e.getValue()),
                    hyper.getOrDefault(e.getKey(), None.NONE)));
    for (int i = 0; i < doc.get("steps").size(); i++) {
      step("step " + i, doc.get("steps").get(i));
    }
    if (doc.path("qparams").has("raises")) {
      ObserverCases.requireRaises("qparams", module::calculateQParams);
    } else if (doc.has("qparams")) {
      CalculatedQParams q = module.calculateQParams();
      double relative = module instanceof LearnableFakeQuantize ? 1e-4 : STATE_TOLERANCE;
      ObserverCases.requireEqual("scale", doc.get("qparams").get("scale"), q.scale(), relative);
      ObserverCases.requireEqual(
          "zero_point", doc.get("qparams").get("zero_point"), q.zeroPoint(), STATE_TOLERANCE);
    }
  }

  private void step(String where, JsonNode step) {
    if (step.has("toggle")) {
      Toggle.valueOf(step.get("toggle").asText().toUpperCase(Locale.ROOT)).applyTo(module);
    } else if (step.has("raises")) {
      ObserverCases.requireRaises(where, () -> module.forward(tensor(step, "input")));
    } else if (step.has("step")) {
      learnableStep(where, step);
    } else {
      plainStep(where, step);
    }
  }

  private Tensor tensor(JsonNode step, String field) {
    return c.values().tensor(step.get(field).asText());
  }

  private void plainStep(String where, JsonNode step) {
    FakeQuantization y = module.forward(tensor(step, "input"));
    Tolerance.FLOAT.compare(where + " output", tensor(step, "output"), y.output());
    Tolerance.FLOAT.compare(
        where + " grad_input", tensor(step, "grad_input"), y.gradient(tensor(step, "grad_output")));
    JsonNode state = step.get("state");
    for (String name : List.of("scale", "zero_point")) {
      if (state.hasNonNull(name)) {
        ObserverCases.requireEqual(
            where + " " + name, state.get(name), module.tensor(name), STATE_TOLERANCE);
      }
    }
    for (String flag : List.of("observer_enabled", "fake_quant_enabled")) {
      Tolerance.EXACT.compare(
          where + " " + flag, state.get(flag).asLong(), module.tensor(flag).longAt(0));
    }
    for (String name : List.of("min_val", "max_val")) {
      if (state.has(name)) {
        ObserverCases.requireEqual(
            where + " " + name, state.get(name), module.observer().tensor(name), 0);
      }
    }
  }

  /**
   * Each step starts from the recorded parameters once its own have been compared: gradients are
   * sums that cancel, and enlarge the last bit of a scale.
   */
  private void learnableStep(String where, JsonNode step) {
    LearnableFakeQuantize learnable = (LearnableFakeQuantize) module;
    String kind = step.get("step").asText();
    learnable.enter(
        switch (kind) {
          case "static_estimate" -> LearnableFakeQuantize.Phase.STATIC_ESTIMATE;
          case "static_observation" -> LearnableFakeQuantize.Phase.STATIC_OBSERVATION;
          case "learn" -> LearnableFakeQuantize.Phase.LEARNING;
          default -> throw new Difference("Unknown step " + kind + " in " + c.path());
        });
    Tensor x = tensor(step, "input");
    Tensor y = module.forward(x).output();
    LEARNED.compare(where + " output", tensor(step, "output"), y);
    if (kind.equals("learn")) {
      LearnableFakeQuantization.Gradients g = learnable.backward(x, lossGradient(x, y));
      LEARNED.compare(
          where + " grad_scale", QuantizeCases.vector(step.get("grad_scale")), g.scale());
      LEARNED.compare(
          where + " grad_zero_point",
          QuantizeCases.vector(step.get("grad_zero_point")),
          g.zeroPoint());
      learnable.descend(g, step.get("lr").asDouble());
    }
    for (String name : List.of("scale", "zero_point")) {
      Tensor recorded = QuantizeCases.vector(step.get(name));
      LEARNED.compare(where + " " + name, recorded, module.tensor(name));
      module.setParameter(name, recorded);
    }
  }

  /** Gradient of {@code mean((y − x)²) + mean(|y|)} with respect to y. */
  private static Tensor lossGradient(Tensor x, Tensor y) {
    float[] g = new float[x.numel()];
    for (int i = 0; i < g.length; i++) {
      float v = y.floats()[i];
      g[i] = (2 * (v - x.floats()[i]) + Math.signum(v)) / g.length;
    }
    return Tensor.of(io.octant.tensor.DType.FLOAT32, x.shape(), g);
  }
}
