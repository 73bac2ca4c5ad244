package io.octant.pipeline;

import io.octant.graph.GraphModule;
import io.octant.onnx.ModelOutput;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.evaluation.EvaluationJob;
import io.octant.pipeline.evaluation.EvaluationTotals;
import io.octant.pipeline.evaluation.LabelTotals;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.execution.GraphRecipe;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.training.EpochEvaluation;
import io.octant.pipeline.validation.GateException;
import io.octant.pipeline.validation.LayerComparison;
import io.octant.pipeline.validation.LayerJob;
import io.octant.pipeline.validation.LayerPlan;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationJob;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.pipeline.validation.ValidationResult;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.broadcast.Broadcast;

/**
 * Float against int8 on evaluation data.
 *
 * @param plan how outputs are compared
 * @param samples the evaluation data
 */
record ValidationStep(
    StepContext run, PreparedModel model, ValidationPlan plan, Samples<?> samples) {

  /** What gates need of the data, before anything is done. */
  static void requireLabels(QuantizationSpec spec) {
    if (spec.validation().gate().needsLabels() && !hasLabels(spec)) {
      throw new GateException(
          "Cannot gate on accuracy: no labels in the evaluation data, expected a label column");
    }
  }

  /** What labels and gates ask of the model's outputs, before any data are read. */
  static ValidationPlan plan(QuantizationSpec spec, PreparedModel model) {
    ValidationPlan plan =
        ValidationPlan.of(
            model.float32(), model.fields(), model.batch(), spec.validation().output());
    if (hasLabels(spec)) {
      plan.requireClasses("compare labels");
    }
    if (spec.validation().gate().minAgreement().isPresent()) {
      plan.requireClasses("gate on agreement");
    }
    return plan;
  }

  /** Whether samples have labels. */
  boolean hasLabels() {
    return hasLabels(run.spec());
  }

  private static boolean hasLabels(QuantizationSpec spec) {
    return spec.data().evaluation().map(DataSource::hasLabels).orElse(false);
  }

  /** Looks the data through. */
  static ValidationStep of(
      StepContext run, PreparedModel model, ValidationPlan plan, DataSource evaluation) {
    run.listener().doing("looking through the evaluation data");
    Samples<?> samples = evaluation.open(run.spark(), model.fields()).withClasses(plan.classes());
    run.report().data("evaluation", samples.description(), samples.facts());
    samples.requireSome("validate");
    return new ValidationStep(run, model, plan, samples);
  }

  /**
   * Runs the phase.
   *
   * @param source the model on the executors
   * @param written the written model, whose layers are compared
   * @param int8 the quantized graph, whose outputs are compared
   */
  ValidationResult validate(Broadcast<byte[]> source, WrittenModel written, SessionSpec int8) {
    Stopwatch time = Stopwatch.start();
    SessionSpec float32 = run.session(model, new ModelRecipes.Float32(source), model.floatDigest());
    ValidationResult result =
        run.phase(
            Phase.VALIDATE,
            () -> {
              Optional<LayerComparison> layers = layers(source, written);
              layers.ifPresent(run.report()::layers);
              run.listener().expects(samples.facts().samples());
              return ValidationJob.run(samples, float32, int8, plan).withLayers(layers);
            });
    run.report().seconds(Phase.VALIDATE, time.seconds());
    run.spec().data().nonFinite().check(result.counts(), samples.description());
    requireNumbers(result);
    result.accuracy().ifPresent(a -> run.report().accuracy(a.float32(), a.int8()));
    run.report().compared(result);
    run.report().gates(run.spec().validation().gate().measured(result));
    return result;
  }

  /** How many samples a graph of the model gives their label. */
  EpochEvaluation.Score score(GraphRecipe recipe) {
    SessionSpec session = run.session(model, recipe, GraphDigest.of(recipe.make()));
    LabelTotals labels =
        EvaluationJob.run(
                samples,
                new EvaluationJob.Models(session, List.of(), plan, 1, Long.MAX_VALUE),
                Optional.empty(),
                Collections.emptySortedSet(),
                expected -> {})
            .totals()
            .model(EvaluationTotals.FLOAT)
            .labels();
    return new EpochEvaluation.Score(labels.correct(), labels.labelled());
  }

  /** A float model that gives NaN alone is nothing to be measured by. */
  private void requireNumbers(ValidationResult result) {
    OutputComparison output = result.primaryOutput();
    if (output.compared() > 0 && output.floatNan() == output.compared()) {
      throw new DataException(
          String.format(
              Locale.ROOT,
              "Cannot validate against %s: output '%s' of the float model gives NaN in %,d of %,d"
                  + " %s, expected numbers%s",
              model.source().name(),
              output.name(),
              output.floatNan(),
              output.compared(),
              output.samples() == ModelOutput.Samples.SEPARATE ? "samples" : "batches",
              result
                  .layers()
                  .flatMap(LayerComparison::firstNan)
                  .map(node -> "; it comes in at " + node)
                  .orElse("")));
    }
  }

  /** On batches of one sample, or of what the file fixes: all values are there at once. */
  private Optional<LayerComparison> layers(Broadcast<byte[]> source, WrittenModel written) {
    int wanted = run.spec().validation().layerSamples();
    if (wanted == 0) {
      return Optional.empty();
    }
    run.listener().doing("comparing layers");
    int batch = model.steps().batch(model.float32(), 1);
    LayerPlan layers = LayerPlan.of(model.float32(), written.graph(), model.fields(), batch);
    if (layers.floatTaps().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        LayerJob.run(
            samples,
            tapped(new ModelRecipes.Float32(source), model.float32(), layers.floatTaps(), batch),
            tapped(written.recipe(source), written.graph(), layers.exportedTaps(), batch),
            layers,
            wanted));
  }

  private SessionSpec tapped(GraphRecipe recipe, GraphModule graph, List<String> nodes, int batch) {
    return run.session(
        model,
        new ModelRecipes.Tapped(recipe, nodes),
        GraphDigest.of(ModelRecipes.tapped(graph, nodes)),
        batch);
  }
}
