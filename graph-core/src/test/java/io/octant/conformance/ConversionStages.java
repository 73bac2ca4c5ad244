package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.conformance.KnownDifference.Instead;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.quantization.convert.ConvertCustomConfig;
import io.octant.quantization.convert.ConvertForm;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.convert.ConvertPass;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QuantType;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Converts a calibrated model three ways, each from a copy of its own, and compares graphs,
 * modules, integers and outputs.
 */
final class ConversionStages {
  private final GoldenCase golden;
  private final GoldenValues values;
  private final JsonNode expected;
  private final GraphModule calibrated;
  private final List<CompiledRuns> engines;

  ConversionStages(GoldenCase golden, GraphModule calibrated, List<CompiledRuns> engines) {
    this.engines = engines;
    this.golden = golden;
    this.values = golden.values();
    this.expected = golden.document().get("expected");
    this.calibrated = calibrated;
  }

  void run() {
    stage("reference", ConvertForm.REFERENCE);
    stage("decomposed", ConvertForm.DECOMPOSED);
    stage("converted", ConvertForm.LOWERED);
  }

  private ConvertOptions options(ConvertForm form) {
    JsonNode config = golden.document().get("config");
    JsonNode given = config.path("convert_options");
    GoldenConfigs configs = new GoldenConfigs(golden.document());
    ConvertOptions out =
        ConvertOptions.of(form)
            .withCustomConfig(customConfig(config.path("convert_custom_config")))
            .withBackend(GoldenConfigs.backend(config, golden.document()))
            .withEngine(QuantizedEngine.of(golden.document().get("engine").asText()));
    if (given.path("keep_original_weights").asBoolean()) {
      out = out.keepingOriginalWeights();
    }
    if (given.has("_remove_qconfig") && !given.get("_remove_qconfig").asBoolean()) {
      out = out.keepingQConfigs();
    }
    if (given.path("qconfig_mapping").isObject()) {
      out = out.withQConfigMapping(configs.mapping(given.get("qconfig_mapping")));
    }
    return out;
  }

  private static ConvertCustomConfig customConfig(JsonNode json) {
    ConvertCustomConfig out = ConvertCustomConfig.empty();
    for (JsonNode pair : json.path("observed_to_quantized_mapping").path("static")) {
      out =
          out.withObservedToQuantized(
              new ModuleType(pair.get(0).asText()),
              new ModuleType(pair.get(1).asText()),
              QuantType.STATIC);
    }
    return out.withPreservedAttributes(
        GoldenCustomConfigs.strings(json.path("preserved_attributes")));
  }

  private void stage(String stage, ConvertForm form) {
    JsonNode error = expected.path("errors").path(stage);
    GraphModule converted;
    try {
      converted = ConvertPass.convert(calibrated.copyGraphModule(), options(form));
    } catch (OctantException e) {
      if (error.isMissingNode()) {
        throw e;
      }
      return;
    }
    if (!error.isMissingNode()) {
      compareWithReference(stage, converted);
      return;
    }
    if (!expected.has(stage)) {
      return;
    }
    JsonNode want = SeparateCalls.of(golden, expected.get(stage));
    converted.lint();
    new GraphComparison(values).compareNodes(stage, want.get("nodes"), converted);
    new ModuleComparison(
            values,
            WeightTies.of(converted(ConvertForm.REFERENCE)),
            new EqualizedBiases(golden)::settle)
        .compare(stage, want.get("modules"), converted);
    compareAttributes(stage, want, converted);
    try {
      compareRuns(stage, converted);
    } catch (Difference difference) {
      KnownDifference known =
          KnownDifferences.explaining(golden, difference).orElseThrow(() -> difference);
      if (known.instead() == Instead.OWN_REFERENCE && form != ConvertForm.REFERENCE) {
        compareWithReference(stage, converted);
        golden.adjustments().add(known.id());
        return;
      }
      new OtherComparison(golden, calibrated).run(known, stage, form, difference);
    }
  }

  private void compareAttributes(String stage, JsonNode want, GraphModule converted) {
    want.path("preserved_attributes")
        .fields()
        .forEachRemaining(
            e -> {
              if ((converted.findAttribute(e.getKey()) != null) != e.getValue().asBoolean()) {
                throw new Difference(
                    stage + " preserved attribute " + e.getKey(),
                    e.getValue(),
                    !e.getValue().asBoolean());
              }
            });
    if (want.has("modules_with_qconfig")) {
      Set<String> have = new TreeSet<>();
      converted.forEachModule(
          (path, module) -> module.attachment(QConfig.class).ifPresent(q -> have.add(path)));
      Set<String> expectedPaths =
          new TreeSet<>(GoldenCustomConfigs.strings(want.get("modules_with_qconfig")));
      if (!expectedPaths.equals(have)) {
        throw new Difference(stage + " modules with qconfig", expectedPaths, have);
      }
    }
  }

  private void compareRuns(String stage, GraphModule converted) {
    JsonNode error = expected.path("errors").path(stage + "_run");
    JsonNode inputs = inputs();
    JsonNode outputs = expected.path("outputs").path(stage);
    if (!error.isMissingNode()) {
      compareWithReference(stage, converted);
      return;
    }
    GraphModule exact = withRecordedScales(stage, converted);
    for (int i = 0; i < outputs.size(); i++) {
      List<Object> batch = ((Tuple) values.decode(inputs.get(i))).items();
      TracedRun run = new TracedRun(exact, batch);
      if (i == 0) {
        compareTrace(stage, batch, exact);
      }
      int depth = stage.equals("converted") ? run.quantizedDepth(exact.graph().outputNode()) : 1;
      double allowed = depth * run.outputScale();
      Tolerance tolerance =
          Tolerance.FLOAT.withAbsolute(Math.max(1e-6, allowed * (1 + 1e-5))).withSteps(depth);
      Object want = values.decode(outputs.get(i));
      Object result =
          tolerance.accepts(want, run.result())
              ? run.result()
              : TieBreaks.run(exact, batch, want, tolerance);
      tolerance.compare(stage + " output of batch " + i, want, result);
      engines.forEach(e -> e.compareOutput(stage, exact, batch, want, tolerance));
    }
  }

  /**
   * The model with the recorded scales, from which its own differ in their last bits at most: else
   * such a bit would decide every value that lies halfway between two integers.
   */
  GraphModule withRecordedScales(String stage, GraphModule converted) {
    GraphModule out = converted.copyGraphModule();
    JsonNode want = expected.path(stage);
    want.path("modules")
        .fields()
        .forEachRemaining(
            m -> {
              Module module = out.findModule(m.getKey());
              m.getValue()
                  .path("buffers")
                  .fields()
                  .forEachRemaining(
                      b -> {
                        if (module != null && module.buffers().containsKey(b.getKey())) {
                          module.setBuffer(b.getKey(), values.tensor(b.getValue().asText()));
                        }
                      });
            });
    for (JsonNode n : want.path("nodes")) {
      Node node = out.graph().node(n.get("name").asText());
      for (int i = 0; i < node.args().size(); i++) {
        if (node.arg(i) instanceof Number) {
          node.setArg(i, values.decode(n.get("args").get(i)));
        }
      }
    }
    return out;
  }

  GraphModule converted(ConvertForm form) {
    return ConvertPass.convert(calibrated.copyGraphModule(), options(form));
  }

  JsonNode inputs() {
    JsonNode document = golden.document();
    return document.has("eval_inputs_converted")
        ? document.get("eval_inputs_converted")
        : document.get("eval_inputs");
  }

  /** Compares every form with the reference form alone, where what is recorded is not to be had. */
  void compareWithReference() {
    for (ConvertForm form : new ConvertForm[] {ConvertForm.DECOMPOSED, ConvertForm.LOWERED}) {
      String stage = form == ConvertForm.LOWERED ? "converted" : "decomposed";
      compareWithReference(stage, converted(form));
    }
  }

  /**
   * Where PyTorch raises, nothing is recorded to compare with. Octant may raise as well; if it does
   * not, what it converts must agree with its own reference form, a step for each quantized
   * operator. {@link StandIn} says where the reference form computes something else.
   */
  private void compareWithReference(String stage, GraphModule converted) {
    StandIn standIn =
        new StandIn(
            converted(ConvertForm.REFERENCE),
            converted,
            QuantizedEngine.of(golden.document().get("engine").asText()));
    for (JsonNode input : inputs()) {
      List<Object> batch = ((Tuple) values.decode(input)).items();
      TracedRun run;
      try {
        run = new TracedRun(converted, batch);
      } catch (OctantException e) {
        return;
      }
      int depth = run.quantizedDepth(converted.graph().outputNode());
      double steps = depth * run.outputScale() * (1 + 1e-5);
      (hasHalfWeights() ? Tolerance.HALF : Tolerance.FLOAT)
          .withAbsolute(Math.max(1e-6, steps))
          .withSteps(depth)
          .compare(
              stage + " output, against the reference form,", standIn.run(batch), run.result());
    }
  }

  /** Whether weights are rounded to half precision, which the reference form does not do. */
  private boolean hasHalfWeights() {
    for (JsonNode q : golden.document().path("qconfigs")) {
      if (q.at("/weight/kwargs/dtype/dtype").asText().equals("torch.float16")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Every quantized intermediate value of the first batch, one step for each quantized operator on
   * the way. A value that agrees so is followed by the recorded one, as a step of a coarse scale
   * may be many of a finer one behind it. What follows from a value that is known to differ is left
   * out.
   */
  private void compareTrace(String stage, List<Object> batch, GraphModule converted) {
    JsonNode trace = expected.path(stage).path("trace");
    TracedRun run = new TracedRun(converted, batch, (r, n) -> recordedIfClose(r, n, trace));
    Set<Node> different = new HashSet<>();
    Difference first = null;
    for (Node node : converted.graph()) {
      if (node.inputs().stream().anyMatch(different::contains)) {
        different.add(node);
      } else if (trace.has(node.name())) {
        try {
          compareValue(stage, run, node, trace.get(node.name()));
        } catch (Difference difference) {
          if (KnownDifferences.explaining(golden, difference).isEmpty()) {
            throw difference;
          }
          first = first == null ? difference : first;
          different.add(node);
        }
      }
    }
    trace.fieldNames().forEachRemaining(name -> converted.graph().node(name));
    if (first != null) {
      throw first;
    }
  }

  private Object recordedIfClose(TracedRun run, Node node, JsonNode trace) {
    Object own = run.value(node.name());
    if (!trace.has(node.name())) {
      return own;
    }
    Tensor recorded = values.quantized(trace.get(node.name()));
    return Tolerance.FLOAT.withSteps(run.quantizedDepth(node)).accepts(recorded, own)
        ? recorded
        : own;
  }

  private void compareValue(String stage, TracedRun run, Node node, JsonNode want) {
    Tolerance.FLOAT
        .withSteps(run.quantizedDepth(node))
        .compare(
            stage + " value of " + node.name(), values.quantized(want), run.value(node.name()));
  }
}
