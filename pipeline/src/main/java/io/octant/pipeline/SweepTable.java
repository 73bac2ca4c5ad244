package io.octant.pipeline;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.evaluation.Evaluated;
import io.octant.pipeline.evaluation.EvaluationJob;
import io.octant.pipeline.evaluation.EvaluationTotals;
import io.octant.pipeline.evaluation.KeptEvaluation;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.leaderboard.Leaderboard;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.QuantizedLayers;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;

/** Runs models over the evaluation data, and makes the table of them. Of one run; not reusable. */
final class SweepTable {
  /** The row of the float model. */
  static final String FLOAT = "float";

  private final StepContext run;
  private final SweepSpec sweep;
  private final PreparedModel model;
  private final ValidationPlan plan;
  private final SortedSet<ExecutorIdentity> present;
  private final Broadcast<byte[]> source;

  private final Map<String, KeptEvaluation.Splits> splits = new LinkedHashMap<>();
  private final List<String> damaged = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final SortedSet<ExecutorIdentity> executors = new TreeSet<>();
  private int lost;

  /**
   * A table to be made.
   *
   * @param model that all are compared with
   * @param present the executors that were there at the beginning
   * @param source the model on the executors
   */
  SweepTable(
      StepContext run,
      SweepSpec sweep,
      PreparedModel model,
      ValidationPlan plan,
      SortedSet<ExecutorIdentity> present,
      Broadcast<byte[]> source) {
    this.run = run;
    this.sweep = sweep;
    this.model = model;
    this.plan = plan;
    this.present = present;
    this.source = source;
  }

  /**
   * Makes it, and reports what was computed.
   *
   * @param chosenOn what the candidates are ranked on
   * @param heldOut what float and winner are run on besides
   * @throws DataException if there is nothing finite in what the float model gives
   */
  Leaderboard of(List<SweepModel> models, Samples<?> chosenOn, Optional<Samples<?>> heldOut) {
    Stopwatch time = Stopwatch.start();
    sweep.warning(plan).ifPresent(warnings::add);
    EvaluationTotals totals = totals(chosenOn, models);
    run.report().evaluated(totals.counts());
    List<Row> rows = rows(models, totals, "");
    if (!models.isEmpty() && rows.stream().noneMatch(r -> !isFloat(r) && r.isComparable())) {
      warnings.add("No candidate can be compared with the float model: there is no winner");
    }
    rows.sort(Row.bestFirst());
    List<Row> finals = new ArrayList<>();
    Optional<Row> winner = Leaderboard.winner(rows);
    if (heldOut.isPresent() && winner.isPresent()) {
      List<SweepModel> only =
          models.stream().filter(m -> m.candidate().name().equals(winner.get().name())).toList();
      finals.addAll(rows(only, totals(heldOut.get(), only), " of those held out"));
    }
    run.report().seconds(Phase.VALIDATE, time.seconds());
    report();
    SortedSet<String> isas = new TreeSet<>();
    present.forEach(e -> isas.add(e.isa()));
    return new Leaderboard(
        model.source().modelDigest().hex(),
        plan.primaryOutput().name(),
        sweep.top(),
        totals.counts().samples(),
        rows,
        finals,
        isas,
        warnings);
  }

  private void report() {
    run.tookPart(executors);
    warnings.forEach(run.report()::warning);
    List<RunReport.KeptSplits> models = new ArrayList<>();
    splits.forEach(
        (name, of) -> models.add(new RunReport.KeptSplits(name, of.computed(), of.reused())));
    sweep.totals().ifPresent(folder -> run.report().totals(folder, models, lost, damaged));
  }

  private static boolean isFloat(Row row) {
    return row.kind().equals(FLOAT);
  }

  private EvaluationTotals totals(Samples<?> samples, List<SweepModel> models) {
    List<Evaluated> candidates = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      SweepModel made = models.get(i);
      if (made.error().isEmpty()) {
        candidates.add(
            new Evaluated(
                i + 1,
                run.session(model, Objects.requireNonNull(made.recipe()), made.graphDigest())));
      }
    }
    EvaluationJob.Models all =
        new EvaluationJob.Models(
            run.session(model, new ModelRecipes.Float32(source), model.floatDigest()),
            candidates,
            plan,
            sweep.top(),
            sweep.memoryBytes());
    KeptEvaluation evaluation =
        run.phase(
            Phase.VALIDATE,
            () ->
                EvaluationJob.run(samples, all, sweep.totals(), present, run.listener()::expects));
    evaluation
        .splits()
        .forEach(
            (index, of) ->
                splits.merge(
                    index == EvaluationTotals.FLOAT
                        ? FLOAT
                        : models.get(index - 1).candidate().name(),
                    of,
                    KeptEvaluation.Splits::plus));
    lost += evaluation.lost();
    damaged.addAll(evaluation.damaged());
    executors.addAll(evaluation.totals().executors());
    run.spec().data().nonFinite().check(evaluation.totals().counts(), samples.description());
    return evaluation.totals();
  }

  /** Float first, then the models in their order. */
  private List<Row> rows(List<SweepModel> models, EvaluationTotals totals, String which) {
    List<Row> rows = new ArrayList<>();
    byte[] onnx = model.source().onnx();
    Row float32 =
        Row.of(
            FLOAT,
            FLOAT,
            List.of(FLOAT),
            new TreeMap<>(),
            Optional.of(
                new Row.Facts(
                    Digest.of(onnx).hex(),
                    onnx.length,
                    QuantizedLayers.count(model.steps().model()),
                    List.of())),
            "",
            totals.model(EvaluationTotals.FLOAT),
            plan.primaryOutput());
    requireFinite(float32, which);
    rows.add(float32);
    for (int i = 0; i < models.size(); i++) {
      SweepModel made = models.get(i);
      rows.add(
          Row.of(
              made.candidate().name(),
              made.candidate().origin().kind(),
              made.candidate().tags(),
              made.candidate().settings(),
              made.facts(),
              made.error(),
              totals.model(i + 1),
              plan.primaryOutput()));
    }
    return rows;
  }

  /** What all others are measured by: without a finite value nothing is, with some it is told. */
  private void requireFinite(Row float32, String which) {
    OutputComparison own = float32.compared();
    if (own.floatNan() == 0 && own.nonFiniteElements() == 0 && float32.isComparable()) {
      return;
    }
    String found =
        String.format(
            Locale.ROOT,
            "output '%s' of the float model gives NaN in %,d of %,d samples%s and %,d infinite"
                + " elements in the others",
            own.name(),
            own.floatNan(),
            own.compared(),
            which,
            own.nonFiniteElements());
    if (!float32.isComparable()) {
      throw new DataException(
          "Cannot compare with "
              + model.source().name()
              + ": "
              + found
              + ", expected finite values");
    }
    warnings.add(
        Character.toUpperCase(found.charAt(0))
            + found.substring(1)
            + ": NaN counts as wrong in its accuracy, and what is not finite is left out of"
            + " difference, agreement, sqnrDb, errors and cosine of all candidates");
  }
}
