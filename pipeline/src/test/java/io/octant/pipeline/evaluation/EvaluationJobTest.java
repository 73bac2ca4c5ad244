package io.octant.pipeline.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.OctantException;
import io.octant.engine.Session;
import io.octant.onnx.ModelOutput;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.execution.TestEngine;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.pipeline.validation.OutputComparison;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that multiply their input by a number, over five samples of three scores each. */
class EvaluationJobTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 3);
  private static final int BATCH = 2;
  private static final int TOP = 2;
  private static final long ROOM = 1L << 30;

  // The float model names 0, 1, 0, 2, 0; the negated one 1, 0, 1, 0, 2.
  private static final String ROWS =
      "(0, array(3f, 1f, 2f)), (1, array(1f, 2f, 1f)), (2, array(5f, 1f, 1f)), "
          + "(2, array(0f, 0f, 1f)), (0, array(1f, 1f, 0f))";

  @TempDir Path dir;

  @AfterEach
  void nothingStaysOpen() {
    TestEngine.onFirstAttempt = () -> {};
    SessionCache.shared().closeIdle();
    assertThat(TestEngine.OPEN_SESSIONS.get()).isZero();
  }

  @Test
  void figuresAreThoseOfAHand() {
    EvaluationTotals totals = run(source(ROWS).withPartitions(1), ROOM, 0.5f, -1f);
    assertThat(totals.counts().samples()).isEqualTo(5);

    CandidateTotals float32 = totals.model(EvaluationTotals.FLOAT);
    assertThat(float32.labels().correct()).isEqualTo(4);
    // The third sample's label shares its score with class 1, which comes first.
    assertThat(float32.labels().amongTop()).isEqualTo(4);
    assertThat(float32.labels().confusion())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    0L, new TreeMap<>(Map.of(0L, 2L)),
                    1L, new TreeMap<>(Map.of(1L, 1L)),
                    2L, new TreeMap<>(Map.of(0L, 1L, 2L, 1L)))));

    CandidateTotals half = totals.model(1);
    assertThat(half.labels().correct()).isEqualTo(4);
    assertThat(half.floatOnly()).isZero();
    assertThat(half.candidateOnly()).isZero();
    OutputComparison compared = half.output().result(plan().primaryOutput());
    assertThat(compared.agreement()).isEqualTo(1);
    assertThat(compared.sqnrDb()).isCloseTo(10 * Math.log10(4), within(1e-12));
    assertThat(compared.cosine()).isCloseTo(1, within(1e-15));
    // Squares of all scores are 14 + 6 + 27 + 1 + 2 = 50; half of a score is the error.
    assertThat(half.output().meanSquaredError()).isCloseTo(50 * 0.25 / 15, within(1e-15));

    CandidateTotals negated = totals.model(2);
    assertThat(negated.labels().correct()).isZero();
    assertThat(negated.floatOnly()).isEqualTo(4);
    assertThat(negated.candidateOnly()).isZero();
    // Two highest of the negated scores: {1, 2}, {0, 2}, {1, 2}, {0, 1}, {2, 0}.
    assertThat(negated.labels().amongTop()).isEqualTo(2);
    assertThat(negated.output().result(plan().primaryOutput()).cosine())
        .isCloseTo(-1, within(1e-15));
    assertThat(negated.samples()).isEqualTo(5);
  }

  @Test
  void aNanNamesNoClass() {
    EvaluationTotals totals =
        run(source("(1, array(float('nan'), 2f, 0f)), (1, array(0f, 2f, 0f))"), ROOM, 1f);
    LabelTotals labels = totals.model(1).labels();
    assertThat(labels.labelled()).isEqualTo(2);
    assertThat(labels.correct()).isEqualTo(1);
    assertThat(labels.amongTop()).isEqualTo(1);
    assertThat(labels.confusion().get(1L)).containsEntry(LabelTotals.NO_CLASS, 1L);
    assertThat(totals.model(1).paired()).as("with the one that float has a class for").isEqualTo(1);
  }

  @Test
  void withoutLabelsOutputsAreCompared() {
    FileSource plain = ParquetFormat.source(write(ROWS));
    CandidateTotals half = run(plain, ROOM, 0.5f).model(1);
    assertThat(half.labels().labelled()).isZero();
    assertThat(half.output().result(plan().primaryOutput()).sqnrDb())
        .isCloseTo(10 * Math.log10(4), within(1e-12));
  }

  @Test
  void partitionsTurnsAndRetriesDoNotShow() {
    FileSource rows = source(ROWS);
    String one = figures(run(rows.withPartitions(1), ROOM, 0.5f, -1f));
    assertThat(figures(run(rows.withPartitions(3), ROOM, 0.5f, -1f))).isEqualTo(one);
    // Without room candidates take turns.
    assertThat(figures(run(rows.withPartitions(2), -1, 0.5f, -1f))).isEqualTo(one);
    AtomicInteger failures = new AtomicInteger();
    TestEngine.onFirstAttempt =
        () -> {
          failures.incrementAndGet();
          throw new IllegalStateException("injected failure");
        };
    assertThat(figures(run(rows.withPartitions(2), ROOM, 0.5f, -1f))).isEqualTo(one);
    assertThat(failures.get()).isPositive();
  }

  @Test
  void keptTotalsServeTheNextRun() {
    FileSource rows = source(ROWS);
    Optional<String> kept = Optional.of(dir.resolve("kept").toString());
    List<Long> expected = new ArrayList<>();
    String fresh = figures(run(rows, ROOM, 0.5f, -1f));
    run(rows, ROOM, kept, expected, 0.5f);
    int before = TestEngine.COMPILED.get();
    assertThat(figures(run(rows, ROOM, kept, expected, 0.5f, -1f))).isEqualTo(fresh);
    assertThat(TestEngine.COMPILED.get() - before).as("the added one alone").isEqualTo(1);
    assertThat(figures(run(rows, ROOM, kept, expected, 0.5f, -1f))).isEqualTo(fresh);
    assertThat(TestEngine.COMPILED.get() - before).isEqualTo(1);
    assertThat(expected).containsExactly(5L, 5L, 0L);
  }

  @Test
  void aFolderThatIsAddedIsRunAlone() {
    Path days = dir.resolve("days");
    write(ROWS, days.resolve("day=1"));
    FileSource rows = ParquetFormat.source(days.toString()).withLabel("label");
    Optional<String> kept = Optional.of(dir.resolve("kept").toString());
    List<Long> expected = new ArrayList<>();
    run(rows, ROOM, kept, expected, 0.5f);
    write("(2, array(0f, 0f, 1f)), (0, array(0f, 1f, 0f))", days.resolve("day=2"));
    EvaluationTotals more = run(rows, ROOM, kept, expected, 0.5f);
    assertThat(more.counts().samples()).isEqualTo(7);
    assertThat(figures(more)).isEqualTo(figures(run(rows, ROOM, 0.5f)));
    assertThat(expected).containsExactly(5L, 2L);
  }

  @Test
  void whatFailsOnTheExecutorsAloneHasAnErrorAndTheOthersTheirFigures() {
    for (long room : new long[] {ROOM, -1}) {
      EvaluationTotals totals =
          run(
              source(ROWS).withPartitions(2),
              room,
              Optional.of(dir.resolve("kept" + room).toString()),
              List.of(unmakeable(), new TestRecipe(0.5f).spec(BATCH, X)));
      assertThat(totals.model(1).error()).isEqualTo("Cannot make it");
      assertThat(totals.model(2).error()).isEmpty();
      assertThat(totals.model(2).labels().correct()).isEqualTo(4);
      assertThat(totals.counts().samples()).isEqualTo(5);
    }
  }

  /**
   * What a session takes grows with the tasks of an executor, not with the cores of its machine.
   */
  @Test
  void roomIsSharedByTheSlotsOfAnExecutor() {
    Room room = Room.of(JavaSparkContext.fromSparkContext(SPARK.sparkContext()), 1000);
    assertThat(room.slots()).as("local[2,4]").isEqualTo(2);
    Session.MemoryUse use = new Session.MemoryUse(100, 7);
    assertThat(room.of(use)).isEqualTo(114);
    assertThat(room.without(114).ofTask()).isEqualTo(443);
  }

  /** As where executors write to disks of their own. */
  @Test
  void totalsThatTheDriverDoesNotFindAreLost() throws IOException {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(SPARK.sparkContext());
    Path kept = dir.resolve("elsewhere");
    KeptTotals place =
        new KeptTotals(
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())),
            kept.toString(),
            new TreeMap<>(Map.of(0, "key/float", 1, "key/model")));
    List<KeptTotals.Gap> gaps = List.of(new KeptTotals.Gap("split", 5, List.of(0, 1)));
    assertThat(place.lost(gaps, new EvaluationTotals())).isEqualTo(2);
    EvaluationTotals failed = new EvaluationTotals();
    failed.model(1).failed("Cannot make it");
    assertThat(place.lost(gaps, failed)).as("what failed was not to be kept").isEqualTo(1);
    place.keep(gaps.get(0), failed);
    assertThat(place.lost(gaps, failed)).isZero();
    assertThat(place.splits(gaps, 3).get(1)).isEqualTo(new KeptEvaluation.Splits(1, 2));
  }

  /** What failed is not kept: the next run tries it again. */
  @Test
  void failuresAreNotKept() throws IOException {
    Path kept = dir.resolve("kept");
    run(source(ROWS), ROOM, Optional.of(kept.toString()), List.of(unmakeable()));
    try (Stream<Path> files = Files.walk(kept)) {
      assertThat(files.filter(Files::isRegularFile)).as("of the float model alone").hasSize(1);
    }
  }

  private static SessionSpec unmakeable() {
    SessionSpec other = new TestRecipe(1).spec(BATCH, X);
    return new SessionSpec(
        () -> {
          throw new OctantException("Cannot make it");
        },
        "unmakeable",
        other.engine(),
        other.fields(),
        other.batch());
  }

  private static EvaluationTotals run(FileSource source, long memory, float... weights) {
    return run(source, memory, Optional.empty(), new ArrayList<>(), weights);
  }

  private static EvaluationTotals run(
      FileSource source,
      long memory,
      Optional<String> kept,
      List<Long> expected,
      float... weights) {
    List<SessionSpec> candidates = new ArrayList<>();
    for (float weight : weights) {
      candidates.add(new TestRecipe(weight).spec(BATCH, X));
    }
    return run(source, memory, kept, candidates, expected);
  }

  private static EvaluationTotals run(
      FileSource source, long memory, Optional<String> kept, List<SessionSpec> specs) {
    return run(source, memory, kept, specs, new ArrayList<>());
  }

  private static EvaluationTotals run(
      FileSource source,
      long memory,
      Optional<String> kept,
      List<SessionSpec> specs,
      List<Long> expected) {
    List<Evaluated> candidates = new ArrayList<>();
    specs.forEach(spec -> candidates.add(new Evaluated(candidates.size() + 1, spec)));
    Samples<?> samples = source.open(SPARK, List.of(X)).withClasses(plan().classes());
    return EvaluationJob.run(
            samples,
            new EvaluationJob.Models(
                new TestRecipe(1).spec(BATCH, X), candidates, plan(), TOP, memory),
            kept,
            new TreeSet<>(),
            expected::add)
        .totals();
  }

  private static ValidationPlan plan() {
    return ValidationPlan.of(
        List.of(new ModelOutput("y", ModelOutput.Samples.SEPARATE, BatchAxis.of(0))),
        List.of(new TensorSpec("y", X.dtype(), X.batched(BATCH).shape())),
        Optional.empty());
  }

  /** All but times. */
  private static String figures(EvaluationTotals totals) {
    StringBuilder text = new StringBuilder().append(totals.counts());
    for (int model = 0; model < 3; model++) {
      CandidateTotals of = totals.model(model);
      text.append('\n').append(of.samples()).append(' ').append(of.error());
      text.append(' ').append(of.labels().correct()).append(' ').append(of.labels().amongTop());
      text.append(' ').append(of.labels().confusion());
      text.append(' ').append(of.floatOnly()).append(' ').append(of.candidateOnly());
      text.append(' ').append(of.output().result(plan().primaryOutput()));
      text.append(' ').append(of.output().meanSquaredError());
    }
    return text.toString();
  }

  private FileSource source(String rows) {
    return ParquetFormat.source(write(rows)).withLabel("label");
  }

  private String write(String rows) {
    Path path = dir.resolve("data" + System.nanoTime());
    write(rows, path);
    return path.toString();
  }

  private static void write(String rows, Path path) {
    SPARK
        .sql("select * from values " + rows + " as t(label, x)")
        .coalesce(1)
        .write()
        .parquet(path.toString());
  }
}
