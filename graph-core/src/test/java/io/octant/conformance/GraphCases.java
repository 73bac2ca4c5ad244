package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.conformance.KnownDifference.Instead;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Tuple;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.fakequant.Toggle;
import io.octant.quantization.fuse.FusionPass;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.prepare.PreparePass;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.qconfig.QConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Runs the cases of the areas {@code graphs} and {@code models}: one network through every stage.
 */
final class GraphCases {
  private final GoldenCase golden;
  private final GoldenValues values;
  private final JsonNode document;
  private final JsonNode config;
  private final JsonNode expected;
  private final GoldenConfigs configs;
  private final FusionMode mode;
  private final List<CompiledRuns> engines;

  private GraphCases(GoldenCase golden, List<CompiledRuns> engines) {
    this.golden = golden;
    this.engines = engines;
    this.values = golden.values();
    this.document = golden.document();
    this.config = document.get("config");
    this.expected = document.get("expected");
    this.configs = new GoldenConfigs(document);
    this.mode = document.path("training").asBoolean() ? FusionMode.QAT : FusionMode.INFERENCE;
  }

  /** Runs a case on the reference operators, and on every engine that covers its graphs. */
  static void run(GoldenCase golden, List<CompiledRuns> engines) {
    try {
      new GraphCases(golden, engines).run();
    } catch (Difference difference) {
      KnownDifference known =
          KnownDifferences.explaining(golden, difference).orElseThrow(() -> difference);
      if (known.instead() != Instead.OWN_REFERENCE
          || golden.document().path("training").asBoolean()) {
        throw difference;
      }
      new GraphCases(golden, engines).runWithoutRecording();
      golden.adjustments().add(known.id());
    }
  }

  private void run() {
    GraphModule model = new GoldenGraphs(values).build(document.get("float")).lint();
    // The suite records which attributes are preserved, not their values.
    GoldenCustomConfigs.strings(config.path("prepare_custom_config").path("preserved_attributes"))
        .forEach(name -> model.setAttribute(name, name));
    new GraphComparison(values).compareNodes("float", document.get("float").get("nodes"), model);
    compareOutputs("float", model, document.get("eval_inputs"));
    model.train(mode == FusionMode.QAT);
    compareFused(model);
    GraphModule prepared = expectErrors("prepare", () -> PreparePass.prepare(model, options()));
    if (prepared == null) {
      return;
    }
    comparePrepared(prepared);
    if (expectErrors("calibration", () -> calibrate(prepared)) == null) {
      return;
    }
    new ConversionStages(golden, prepared, engines).run();
  }

  /** What can be compared of a case whose graphs are recorded otherwise than they have to be. */
  private void runWithoutRecording() {
    GraphModule model = new GoldenGraphs(values).build(document.get("float"));
    model.train(false);
    compareOutputs("float", FusionPass.fuse(model, backend(), mode), document.get("eval_inputs"));
    new ConversionStages(golden, calibrated(golden), engines).compareWithReference();
  }

  /** A model after its calibration batches, nothing compared. */
  static GraphModule calibrated(GoldenCase golden) {
    GraphCases cases = new GraphCases(golden, List.of());
    GraphModule model = new GoldenGraphs(cases.values).build(cases.document.get("float"));
    model.train(false);
    GraphModule prepared = PreparePass.prepare(model, cases.options());
    cases
        .document
        .get("calibration")
        .forEach(b -> prepared.run(((Tuple) cases.values.decode(b)).items().toArray()));
    return prepared;
  }

  private BackendConfig backend() {
    return GoldenConfigs.backend(config, document);
  }

  private PrepareOptions options() {
    PrepareOptions out =
        new PrepareOptions(
            configs.mapping(config.get("qconfig_mapping")),
            mode,
            new GoldenCustomConfigs(golden).prepare(config.path("prepare_custom_config")),
            backend());
    JsonNode equalization = config.path("equalization_config");
    return equalization.isObject() ? out.withEqualization(configs.equalization(equalization)) : out;
  }

  private void compareFused(GraphModule model) {
    GraphModule fused = expectErrors("fused", () -> FusionPass.fuse(model, backend(), mode));
    if (fused != null && expected.has("fused")) {
      compareStage("fused", expected.get("fused"), fused);
      fused.train(false);
      compareOutputs("fused", fused, document.get("eval_inputs"));
    }
  }

  private void comparePrepared(GraphModule prepared) {
    JsonNode want = expected.get("prepared");
    compareStage("prepared", want, prepared);
    for (JsonNode group : want.path("shared_observers")) {
      Module first = prepared.module(group.get(0).asText());
      for (JsonNode path : group) {
        if (prepared.module(path.asText()) != first) {
          throw new Difference(
              "prepared shared observer " + path, "the same object as " + group.get(0), "another");
        }
      }
    }
    PreparedState state = prepared.attachment(PreparedState.class).orElseThrow();
    compareQConfigs(want.path("node_name_to_qconfig"), state);
    TreeSet<String> observed =
        new TreeSet<>(GoldenCustomConfigs.strings(want.path("observed_node_names")));
    if (!observed.equals(new TreeSet<>(state.observedNodes()))) {
      throw new Difference(
          "prepared observed nodes", observed, new TreeSet<>(state.observedNodes()));
    }
    compareEqualizations(want.path("node_name_to_equalization_qconfig"), state);
  }

  private void compareQConfigs(JsonNode want, PreparedState state) {
    want.fields()
        .forEachRemaining(
            e -> {
              Optional<QConfig> wanted =
                  e.getValue().isNull()
                      ? Optional.empty()
                      : Optional.of(configs.qconfig(e.getValue().asText()));
              if (!wanted.equals(state.qconfig(e.getKey()))) {
                throw new Difference(
                    "prepared qconfig of node " + e.getKey(), wanted, state.qconfig(e.getKey()));
              }
            });
  }

  private void compareEqualizations(JsonNode want, PreparedState state) {
    want.fields()
        .forEachRemaining(
            e -> {
              boolean wanted = !e.getValue().isNull();
              boolean has =
                  state.nodeEqualizations().getOrDefault(e.getKey(), Optional.empty()).isPresent();
              if (wanted != has) {
                throw new Difference(
                    "prepared equalization qconfig of node " + e.getKey(), wanted, has);
              }
            });
  }

  /** Feeds the calibration batches, or follows the training steps; then compares every observer. */
  private GraphModule calibrate(GraphModule prepared) {
    if (mode == FusionMode.QAT && expected.has("qat_steps")) {
      new TrainingSteps(golden, prepared).run();
      prepared.train(false);
    } else {
      List<List<Object>> batches = new ArrayList<>();
      document.get("calibration").forEach(b -> batches.add(((Tuple) values.decode(b)).items()));
      GraphModule fresh = prepared.copyGraphModule();
      batches.forEach(b -> prepared.run(b.toArray()));
      new HistogramSearches(golden, fresh, prepared, batches).settle();
      engines.forEach(e -> e.compareRanges(prepared, batches, expected.path("observers")));
    }
    if (expected.path("errors").has("calibration")) {
      return prepared;
    }
    ObserverStates.compare("calibrated", expected.path("observers"), prepared);
    GraphModule evaluated = prepared.copyGraphModule();
    Toggle.DISABLE_OBSERVER.applyTo(evaluated);
    compareOutputs("prepared", evaluated, document.get("eval_inputs"));
    return prepared;
  }

  private void compareStage(String stage, JsonNode want, GraphModule actual) {
    actual.lint();
    new GraphComparison(values).compareNodes(stage, want.get("nodes"), actual);
    new ModuleComparison(values).compare(stage, want.get("modules"), actual);
  }

  private void compareOutputs(String stage, GraphModule model, JsonNode inputs) {
    JsonNode outputs = expected.path("outputs").path(stage);
    for (int i = 0; i < outputs.size(); i++) {
      Tuple batch = (Tuple) values.decode(inputs.get(i));
      Object want = values.decode(outputs.get(i));
      Object result = TieBreaks.run(model, batch.items(), want, Tolerance.FLOAT);
      Tolerance.FLOAT.compare(stage + " output of batch " + i, want, result);
      engines.forEach(e -> e.compareOutput(stage, model, batch.items(), want, Tolerance.FLOAT));
    }
  }

  /** Runs a stage; where the case says that it raises, it must, and null is returned. */
  private <T> T expectErrors(String stage, Supplier<T> action) {
    JsonNode error = expected.path("errors").path(stage);
    T result;
    try {
      result = action.get();
    } catch (OctantException e) {
      if (error.isMissingNode()) {
        throw e;
      }
      return null;
    }
    if (!error.isMissingNode()) {
      throw new Difference(
          stage + " error",
          error.path("type").asText() + " " + error.path("message").asText(),
          "none");
    }
    return result;
  }
}
