package io.octant.pipeline;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.evaluation.Evaluated;
import io.octant.pipeline.evaluation.EvaluationJob;
import io.octant.pipeline.evaluation.EvaluationTotals;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.ExecutorProbe;
import io.octant.pipeline.leaderboard.Leaderboard;
import io.octant.pipeline.leaderboard.LeaderboardCsv;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizedLayers;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.validation.ValidationPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.broadcast.Broadcast;

/** Candidates against the float model over evaluation data; {@code docs/adr/0039} has the flow. */
final class SweepRun {
  /** The row of the float model. */
  static final String FLOAT = "float";

  /** The file of a single candidate's figures. */
  static final String SINGLE_FILE = "evaluation.json";

  /** What a table is published as, beside report and manifest. */
  static final List<String> TABLE_FILES = List.of(Leaderboard.JSON_FILE, Leaderboard.CSV_FILE);

  /** What the figures of one model are published as. */
  static final List<String> SINGLE_FILES = List.of(SINGLE_FILE);

  private final StepContext run;
  private final SweepSpec sweep;
  private final Request request;

  /**
   * A run.
   *
   * @param request tells what it is asked to do
   */
  SweepRun(StepContext run, SweepSpec sweep, Request request) {
    this.run = run;
    this.sweep = sweep;
    this.request = request;
  }

  /** A digest of what a run is asked to do. */
  interface Request {
    Digest of(Configuration hadoop, SweepSpec sweep, ModelSource model);
  }

  /** What the first phase finds out; nothing has run on the executors yet. */
  private record Inputs(
      PreparedModel model,
      ValidationPlan plan,
      SortedSet<ExecutorIdentity> present,
      Samples<?> chosenOn,
      Optional<Samples<?>> heldOut) {}

  /** Compares all candidates in a table. */
  StepResult compare(RunStop stop) {
    return execute(stop, this::table);
  }

  /** The figures of one model: the only candidate, or the float model without one. */
  StepResult single(RunStop stop) {
    return execute(
        stop,
        board -> {
          Row row =
              board.rows().stream()
                  .filter(r -> sweep.candidates().isEmpty() || !r.kind().equals(FLOAT))
                  .findFirst()
                  .orElseThrow();
          for (Row failed : board.rows()) {
            if (!failed.error().isEmpty()) {
              throw new DataException(failed.error());
            }
          }
          SortedMap<String, byte[]> files = new TreeMap<>();
          files.put(SINGLE_FILE, board.single(row));
          return files;
        });
  }

  private SortedMap<String, byte[]> table(Leaderboard board) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(Leaderboard.JSON_FILE, board.json());
    files.put(Leaderboard.CSV_FILE, LeaderboardCsv.of(board));
    return files;
  }

  /** What a run writes. */
  private interface Files {
    SortedMap<String, byte[]> of(Leaderboard board);
  }

  private StepResult execute(RunStop stop, Files files) {
    try (OutputCommit commit = run.spec().output().begin(run.hadoop(), sweep.totals())) {
      stop.guard(commit);
      Inputs inputs = run.phase(Phase.PREPARE, this::prepare);
      Leaderboard board = run.onExecutors(inputs.model(), source -> evaluate(inputs, source));
      return run.phase(Phase.PUBLISH, () -> publish(inputs, board, files.of(board), commit));
    }
  }

  private Inputs prepare() {
    QuantizationSpec spec = run.spec();
    ModelSource loaded = PreparedModel.load(run.hadoop(), spec, run.listener(), run.report());
    run.listener().doing("starting the engine on the executors");
    SortedSet<ExecutorIdentity> present =
        ExecutorProbe.run(run.context(), spec.engine(), spec.mixed());
    PreparedModel model = PreparedModel.of(loaded, spec, run.listener());
    ValidationPlan plan = ValidationStep.plan(spec, model);
    run.report().request(request.of(run.hadoop(), sweep, loaded).hex());
    run.listener().doing("looking through the evaluation data");
    DataSource evaluation =
        spec.data()
            .evaluation()
            .orElseThrow(() -> new DataException("Cannot evaluate: no evaluation data"));
    Samples<?> samples = open(evaluation, model, plan);
    run.report().data("evaluation", samples.description(), samples.facts());
    return new Inputs(
        model, plan, present, samples, sweep.heldOut().map(data -> open(data, model, plan)));
  }

  private Samples<?> open(DataSource data, PreparedModel model, ValidationPlan plan) {
    return data.open(run.spark(), model.fields())
        .withClasses(plan.classes())
        .requireSome("evaluate");
  }

  private Leaderboard evaluate(Inputs inputs, Broadcast<byte[]> source) {
    try (SweepModels maker = new SweepModels(run, inputs.model(), inputs.present(), source)) {
      List<SweepModel> models = new ArrayList<>();
      for (SweepCandidate candidate : sweep.candidates()) {
        models.add(maker.make(candidate));
      }
      Stopwatch time = Stopwatch.start();
      EvaluationTotals totals = totals(inputs, inputs.chosenOn(), models, source);
      run.report().evaluated(totals.counts());
      List<Row> rows = rows(inputs, models, totals);
      SortedSet<ExecutorIdentity> executors = new TreeSet<>(totals.executors());
      List<Row> finals = new ArrayList<>();
      Optional<Row> winner = Leaderboard.winner(rows);
      if (inputs.heldOut().isPresent() && winner.isPresent()) {
        List<SweepModel> only =
            models.stream().filter(m -> m.candidate().name().equals(winner.get().name())).toList();
        EvaluationTotals held = totals(inputs, inputs.heldOut().get(), only, source);
        executors.addAll(held.executors());
        finals.addAll(rows(inputs, only, held));
        finals.sort((a, b) -> Boolean.compare(!a.kind().equals(FLOAT), !b.kind().equals(FLOAT)));
      }
      run.report().seconds(Phase.VALIDATE, time.seconds());
      run.report().executors(executors);
      SortedSet<String> isas = new TreeSet<>();
      inputs.present().forEach(e -> isas.add(e.isa()));
      return new Leaderboard(
          inputs.model().source().modelDigest().hex(),
          inputs.plan().primaryOutput().name(),
          sweep.top(),
          totals.counts().samples(),
          rows,
          finals,
          isas);
    }
  }

  private EvaluationTotals totals(
      Inputs inputs, Samples<?> samples, List<SweepModel> models, Broadcast<byte[]> source) {
    List<Evaluated> candidates = new ArrayList<>();
    for (int i = 0; i < models.size(); i++) {
      SweepModel made = models.get(i);
      if (made.error().isEmpty()) {
        candidates.add(
            new Evaluated(
                i + 1,
                run.session(
                    inputs.model(), Objects.requireNonNull(made.recipe()), made.graphDigest())));
      }
    }
    EvaluationJob.Models all =
        new EvaluationJob.Models(
            run.session(
                inputs.model(), new ModelRecipes.Float32(source), inputs.model().floatDigest()),
            candidates,
            inputs.plan(),
            sweep.top(),
            sweep.memoryBytes());
    EvaluationTotals totals =
        run.phase(
            Phase.VALIDATE,
            () ->
                EvaluationJob.run(
                    samples, all, sweep.totals(), inputs.present(), run.listener()::expects));
    run.spec().data().nonFinite().check(totals.counts(), samples.description());
    return totals;
  }

  private static List<Row> rows(Inputs inputs, List<SweepModel> models, EvaluationTotals totals) {
    List<Row> rows = new ArrayList<>();
    byte[] onnx = inputs.model().source().onnx();
    rows.add(
        Row.of(
            FLOAT,
            FLOAT,
            List.of(FLOAT),
            new TreeMap<>(),
            Optional.of(
                new Row.Facts(
                    Digest.of(onnx).hex(),
                    onnx.length,
                    QuantizedLayers.count(inputs.model().steps().model()),
                    List.of())),
            "",
            totals.model(EvaluationTotals.FLOAT),
            inputs.plan().primaryOutput()));
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
              inputs.plan().primaryOutput()));
    }
    rows.sort(Row.bestFirst());
    return rows;
  }

  private StepResult publish(
      Inputs inputs, Leaderboard board, SortedMap<String, byte[]> files, OutputCommit commit) {
    run.report().leaderboard(board.tree(), board.speed());
    run.report().totalSeconds(run.total().seconds());
    StepFiles.write(commit, run.spec(), run.report().ok(), files);
    Manifest manifest =
        commit.publish(
            Map.of("model", inputs.model().source().modelDigest().hex()), run.spec().versions());
    return new StepResult(run.report(), manifest);
  }
}
