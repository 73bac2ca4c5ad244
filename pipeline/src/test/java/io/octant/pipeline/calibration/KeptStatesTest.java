package io.octant.pipeline.calibration;

import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ColumnBinding;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.ExecutorException;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.TestEngine;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States that are kept from run to run: always the bytes of a calibration from scratch. */
class KeptStatesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField IMAGE = SampleField.of("image", DType.FLOAT32, 1, 28, 28);
  private static final CalibrationKey KEY = key(3);
  private static final int DAYS = 4;
  private static final int ROWS = 70;

  @TempDir static Path written;
  @TempDir Path dir;
  private Path data;
  private Path states;
  private int batch = 32;

  @BeforeAll
  static void writeFiles() {
    SPARK
        .read()
        .parquet("../examples/digits/test.parquet")
        .limit((DAYS + 2) * ROWS)
        .coalesce(1)
        .withColumn("day", floor(monotonically_increasing_id().divide(ROWS)))
        .write()
        .partitionBy("day")
        .parquet(written.resolve("all").toString());
  }

  @BeforeEach
  void fourDays() throws IOException {
    data = Files.createDirectories(dir.resolve("data"));
    states = dir.resolve("states");
    for (int day = 0; day < DAYS; day++) {
      write(day, day);
    }
  }

  @AfterEach
  void nothingStaysOpen() {
    TestEngine.onFirstAttempt = () -> {};
    assertThat(SessionCache.shared().openLeases()).isZero();
    SessionCache.shared().closeIdle();
  }

  /** A folder of its own for every day, with one file; no two files have a row in common. */
  private void write(int day, int file) throws IOException {
    Path folder = Files.createDirectories(data.resolve("day=" + day));
    try (Stream<Path> files = Files.list(written.resolve("all/day=" + file))) {
      Path chosen = files.filter(f -> f.toString().endsWith(".parquet")).findFirst().orElseThrow();
      Files.copy(chosen, folder.resolve("a.parquet"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Test
  void whatIsKeptIsNotComputedAgainAndGivesTheSameBytes() throws IOException {
    byte[] scratch = scratch();
    KeptCalibration first = kept();
    assertThat(first.total().state().toBytes()).isEqualTo(scratch);
    assertCounts(first, DAYS, 0);
    assertThat(first.samplesComputed()).isEqualTo(DAYS * ROWS);
    assertThat(files()).hasSize(DAYS).allMatch(f -> f.toString().endsWith(".octsplit"));

    int compiled = TestEngine.COMPILED.get();
    KeptCalibration second = kept();
    assertCounts(second, 0, DAYS);
    assertThat(second.samplesComputed()).isZero();
    assertThat(TestEngine.COMPILED.get()).isEqualTo(compiled);
    assertThat(second.total().state().toBytes()).isEqualTo(scratch);
    assertThat(second.total().counts()).isEqualTo(first.total().counts());
    assertThat(second.total().executors()).isEmpty();
    // However many tasks are asked for.
    assertCounts(kept(source().withPartitions(7)), 0, DAYS);
  }

  @Test
  void aDayThatIsAddedIsComputedAloneAndOneThatIsTakenAwayCostsNothing() throws IOException {
    kept();
    write(DAYS, DAYS);
    KeptCalibration more = kept();
    assertCounts(more, 1, DAYS);
    assertThat(more.total().state().toBytes()).isEqualTo(scratch());

    Files.delete(data.resolve("day=1/a.parquet"));
    KeptCalibration less = kept();
    assertCounts(less, 0, DAYS);
    assertThat(less.total().state().toBytes()).isEqualTo(scratch());
    assertThat(less.total().counts().samples()).isEqualTo(DAYS * ROWS);
  }

  @Test
  void aFileThatHasChangedIsComputedAgain() throws IOException {
    kept();
    Path file = data.resolve("day=2/a.parquet");
    long time = Files.getLastModifiedTime(file).toMillis();
    write(2, DAYS + 1);
    Files.setLastModifiedTime(file, FileTime.fromMillis(time + 5000));
    KeptCalibration changed = kept();
    assertCounts(changed, 1, DAYS - 1);
    assertThat(changed.total().state().toBytes()).isEqualTo(scratch());

    Files.setLastModifiedTime(file, FileTime.fromMillis(time + 9000));
    assertCounts(kept(), 1, DAYS - 1);
  }

  @Test
  void otherValuesLimitsModelsAndBatchesHaveStatesOfTheirOwn() {
    kept();
    assertCounts(
        kept(
            source()
                .withColumn(
                    "image",
                    new ColumnBinding("image", Optional.empty(), 0.5, 0, Optional.empty()))),
        DAYS,
        0);
    // The limit cuts the third day and leaves out the last.
    KeptCalibration limited = kept(source().withLimit(2 * ROWS + 5));
    assertCounts(limited, 1, 2);
    assertThat(limited.total().counts().samples()).isEqualTo(2 * ROWS + 5);
    assertCounts(run(source(), key(4), MixedNumerics.REFUSE, present("test-isa")), DAYS, 0);
    assertCounts(kept(), 0, DAYS);
    batch = 16;
    assertCounts(kept(), DAYS, 0);
  }

  @Test
  void damagedFilesAreNamedAndMadeAnew() throws IOException {
    kept();
    List<Path> files = files();
    byte[] cut = Files.readAllBytes(files.get(0));
    Files.write(files.get(0), java.util.Arrays.copyOf(cut, cut.length - 9));
    // Whole, but of another split.
    Files.write(files.get(1), Files.readAllBytes(files.get(2)));
    KeptCalibration mended = kept();
    assertCounts(mended, 2, DAYS - 2);
    assertThat(mended.damaged())
        .hasSize(2)
        .anyMatch(m -> m.contains(files.get(0) + ": the checksum differs"))
        .anyMatch(m -> m.startsWith("Cannot use kept state ") && m.contains("" + files.get(1)));
    assertThat(mended.total().state().toBytes()).isEqualTo(scratch());
    assertThat(Files.readAllBytes(files.get(0))).isEqualTo(cut);
    KeptCalibration after = kept();
    assertCounts(after, 0, DAYS);
    assertThat(after.damaged()).isEmpty();
  }

  @Test
  void aJobThatIsKilledLeavesWhatItHadFinished() throws IOException {
    TestEngine.onFirstAttempt =
        () -> {
          if (TaskContext.getPartitionId() >= 2) {
            SPARK.sparkContext().cancelAllJobs();
            await(() -> TaskContext.get().isInterrupted());
            throw new IllegalStateException("killed");
          }
        };
    assertThatThrownBy(this::kept).hasMessageContaining("cancel");
    await(() -> SessionCache.shared().openLeases() == 0);
    TestEngine.onFirstAttempt = () -> {};
    int left = files().size();
    assertThat(left).isBetween(1, 2);

    KeptCalibration resumed = kept();
    assertCounts(resumed, DAYS - left, left);
    assertThat(resumed.total().state().toBytes()).isEqualTo(scratch());
  }

  private static void await(BooleanSupplier condition) {
    for (int tries = 0; tries < 1000 && !condition.getAsBoolean(); tries++) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  @Test
  void aTaskThatDiesHalfwayCountsOnce() throws IOException {
    AtomicInteger failures = new AtomicInteger();
    TestEngine.onFirstAttempt =
        () -> {
          if (failures.incrementAndGet() <= 2) {
            throw new IllegalStateException("injected failure");
          }
        };
    KeptCalibration retried = kept();
    assertThat(failures.get()).isGreaterThan(2);
    assertCounts(retried, DAYS, 0);
    assertThat(retried.total().state().toBytes()).isEqualTo(scratch());
    assertCounts(kept(), 0, DAYS);
  }

  /** As with executors that write where the driver does not look. */
  @Test
  void statesThatAreNotThereAfterwardsAreCounted() throws IOException {
    TestEngine.onFirstAttempt =
        () -> {
          if (TaskContext.getPartitionId() == DAYS - 1) {
            // Two tasks run at a time, so that at least two are through.
            deleteAll();
          }
        };
    KeptCalibration run = kept();
    int lost = run.splitsLost();
    assertThat(lost).isBetween(2, DAYS - 1);
    assertThat(run.total().state().toBytes()).isEqualTo(scratch());
    TestEngine.onFirstAttempt = () -> {};
    KeptCalibration next = kept();
    assertCounts(next, lost, DAYS - lost);
    assertThat(next.splitsLost()).isZero();
  }

  private void deleteAll() {
    try {
      for (Path file : files()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void twoRunsAtOnceDoNotDisturbEachOther() throws IOException {
    CompletableFuture<KeptCalibration> other = CompletableFuture.supplyAsync(this::kept);
    KeptCalibration mine = kept();
    byte[] scratch = scratch();
    assertThat(mine.total().state().toBytes()).isEqualTo(scratch);
    assertThat(other.join().total().state().toBytes()).isEqualTo(scratch);
    assertThat(files()).hasSize(DAYS);
    assertCounts(kept(), 0, DAYS);
  }

  @Test
  void statesOfOtherNumericsAreUsedOnRequestAlone() {
    kept();
    assertCounts(run(source(), KEY, MixedNumerics.ACCEPT, present("other-isa")), 0, DAYS);
    // Refused: the executors that are there compute otherwise than those that take part.
    assertThatThrownBy(
            () -> {
              Files.delete(files().get(0));
              run(source(), KEY, MixedNumerics.REFUSE, present("test-isa", "other-isa"));
            })
        .isInstanceOf(ExecutorException.class);
    KeptCalibration anew = run(source(), KEY, MixedNumerics.REFUSE, present("other-isa"));
    assertThat(anew.splitsReused()).isZero();
    assertThat(anew.splitsComputed()).isEqualTo(DAYS);
  }

  private static void assertCounts(KeptCalibration run, int computed, int reused) {
    assertThat(List.of(run.splitsComputed(), run.splitsReused()))
        .as("splits computed and reused")
        .containsExactly(computed, reused);
  }

  private List<Path> files() throws IOException {
    if (!Files.exists(states)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(states)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private FileSource source() {
    return ParquetFormat.source(data.toString());
  }

  private KeptCalibration kept() {
    return kept(source());
  }

  private KeptCalibration kept(FileSource source) {
    return run(source, KEY, MixedNumerics.REFUSE, present("test-isa"));
  }

  private KeptCalibration run(
      FileSource source,
      CalibrationKey key,
      MixedNumerics mixed,
      SortedSet<ExecutorIdentity> present) {
    return CalibrationJob.run(
        source.open(SPARK, List.of(IMAGE)),
        new TestRecipe(1).spec(batch, IMAGE),
        key,
        mixed,
        Optional.of(states.toString()),
        present,
        n -> {});
  }

  private byte[] scratch() {
    return CalibrationJob.run(
            source().open(SPARK, List.of(IMAGE)),
            new TestRecipe(1).spec(32, IMAGE),
            KEY,
            MixedNumerics.REFUSE,
            Optional.empty(),
            Collections.emptySortedSet(),
            n -> {})
        .total()
        .state()
        .toBytes();
  }

  private static SortedSet<ExecutorIdentity> present(String... isas) {
    SortedSet<ExecutorIdentity> all = new TreeSet<>();
    for (String isa : Set.of(isas)) {
      all.add(ExecutorIdentity.current(new Numerics("test", isa, "", "", 1)));
    }
    return all;
  }

  private static CalibrationKey key(int observers) {
    return new CalibrationKey(
        Digest.of(new byte[1]), Digest.of(new byte[2]), Digest.of(new byte[observers]));
  }
}
