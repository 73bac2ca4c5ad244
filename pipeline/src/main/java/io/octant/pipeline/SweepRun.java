package io.octant.pipeline;

import io.octant.bytes.Digest;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.ExecutorProbe;
import io.octant.pipeline.leaderboard.Leaderboard;
import io.octant.pipeline.leaderboard.LeaderboardCsv;
import io.octant.pipeline.leaderboard.Row;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.validation.ValidationPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.spark.broadcast.Broadcast;

/** Candidates against the float model over evaluation data; {@code docs/adr/0039} has the flow. */
final class SweepRun {
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
    Digest of(CandidateFiles files, SweepSpec sweep, ModelSource model);
  }

  /** What the first phase finds out; nothing has run on the executors yet. */
  private record Inputs(
      PreparedModel model,
      CandidateReader candidates,
      ValidationPlan plan,
      SortedSet<ExecutorIdentity> present,
      Samples<?> chosenOn,
      Optional<Samples<?>> heldOut) {}

  /** Compares all candidates in a table. */
  StepResult compare(RunStop stop) {
    return execute(stop, models -> {}, this::table);
  }

  /** The figures of one model: the only candidate, or the float model without one. */
  StepResult single(RunStop stop) {
    return execute(
        stop,
        models -> models.forEach(made -> requireNone(made.error())),
        board -> {
          board.rows().forEach(row -> requireNone(row.error()));
          Row row =
              board.rows().stream()
                  .filter(r -> sweep.candidates().isEmpty() || !r.kind().equals(SweepTable.FLOAT))
                  .findFirst()
                  .orElseThrow();
          SortedMap<String, byte[]> files = new TreeMap<>();
          files.put(SINGLE_FILE, board.single(row));
          return files;
        });
  }

  /** Of the one model there is nothing to tell but its error. */
  private static void requireNone(String error) {
    if (!error.isEmpty()) {
      throw new DataException(error);
    }
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

  private StepResult execute(RunStop stop, Consumer<List<SweepModel>> check, Files files) {
    try (OutputCommit commit = run.spec().output().begin(run.hadoop(), sweep.totals())) {
      stop.guard(commit);
      Inputs inputs = run.phase(Phase.PREPARE, this::prepare);
      Leaderboard board =
          run.onExecutors(inputs.model(), source -> evaluate(inputs, check, source));
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
    CandidateFiles files = new CandidateFiles(run.hadoop());
    run.report().request(request.of(files, sweep, loaded).hex());
    run.listener().doing("looking through the evaluation data");
    DataSource evaluation =
        spec.data()
            .evaluation()
            .orElseThrow(() -> new DataException("Cannot evaluate: no evaluation data"));
    Samples<?> samples = open(evaluation, model, plan);
    run.report().data("evaluation", samples.description(), samples.facts());
    Optional<Samples<?>> heldOut = sweep.heldOut().map(data -> open(data, model, plan));
    if (heldOut.isPresent()) {
      // Either part may have nothing: that is found before anything is computed for the other.
      samples.requireKept("evaluate");
      heldOut.get().requireKept("evaluate the winner");
    }
    return new Inputs(
        model,
        new CandidateReader(files, model, spec.output().path(), run.listener()),
        plan,
        present,
        samples,
        heldOut);
  }

  private Samples<?> open(DataSource data, PreparedModel model, ValidationPlan plan) {
    return data.open(run.spark(), model.fields())
        .withClasses(plan.classes())
        .requireSome("evaluate");
  }

  private Leaderboard evaluate(
      Inputs inputs, Consumer<List<SweepModel>> check, Broadcast<byte[]> source) {
    try (SweepModels maker = new SweepModels(run, inputs.candidates(), inputs.present(), source)) {
      List<SweepModel> models = maker.make(sweep.candidates());
      check.accept(models);
      return new SweepTable(run, sweep, inputs.model(), inputs.plan(), inputs.present(), source)
          .of(models, inputs.chosenOn(), inputs.heldOut());
    }
  }

  private StepResult publish(
      Inputs inputs, Leaderboard board, SortedMap<String, byte[]> files, OutputCommit commit) {
    run.report().leaderboard(board.tree(), board.speed());
    run.report().totalSeconds(run.total().seconds());
    StepFiles.write(run.hadoop(), commit, run.spec(), run.report().ok(), files);
    Manifest manifest =
        commit.publish(
            Map.of("model", inputs.model().source().modelDigest().hex()), run.spec().versions());
    return new StepResult(run.report(), manifest);
  }
}
