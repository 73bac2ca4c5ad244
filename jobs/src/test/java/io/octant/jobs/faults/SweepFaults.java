package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.jobs.cluster.Signals;
import io.octant.jobs.cluster.StageProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Sweeps that are killed while they evaluate. */
final class SweepFaults {
  private static final String KILL = "KILL";
  private static final String EVALUATION = "EvaluationJob";
  private static final List<String> FILES = List.of("leaderboard.json", "leaderboard.csv");

  /** Float and two ways to quantize. */
  private static final int MODELS = 3;

  private SweepFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault(
            "sweep-driver-killed",
            "SIGKILL to the driver of a sweep, and the sweep again",
            SweepFaults::driverKilled),
        new Fault(
            "sweep-executor-killed",
            "SIGKILL to an executor of a sweep",
            SweepFaults::executorKilled));
  }

  private static Outcome driverKilled(FaultBench bench, Path folder, Random random)
      throws Exception {
    Path expected = undisturbed(bench, folder);
    Path totals = folder.resolve("totals");
    JobSetup setup = sweep(bench, folder.resolve("killed")).set("evaluation.totals", totals);
    bench.cluster().up();
    try (SubmittedJob job = setup.slow(ExecutorFaults.SLOW).submit(true)) {
      job.awaitTasks(EVALUATION, 1 + random.nextInt(FaultBench.DAYS / 2));
      Thread.sleep(random.nextInt(300));
      job.signal(KILL);
      assertThat(job.exitCode()).as(job.log()).isEqualTo(137);
    }
    assertThat(folder.resolve("killed/out/manifest.json")).doesNotExist();
    bench.awaitNoExecutors();
    int kept = kept(totals);
    assertThat(kept).isBetween(1, MODELS * FaultBench.DAYS - 1);
    try (SubmittedJob again = setup.slow(0).submit(false)) {
      assertThat(again.exitCode()).as(again.log()).isZero();
      JsonNode report = again.report().get("totals");
      assertThat(sum(report, "reused")).isEqualTo(kept);
      assertThat(sum(report, "computed")).isEqualTo(MODELS * FaultBench.DAYS - kept);
      assertThat(report.get("lost").asInt()).isZero();
      assertThat(report.get("damaged")).isEmpty();
    }
    return requireSame(folder.resolve("killed/out"), expected);
  }

  private static Outcome executorKilled(FaultBench bench, Path folder, Random random)
      throws Exception {
    Path expected = undisturbed(bench, folder);
    bench.cluster().up();
    JobSetup setup =
        sweep(bench, folder.resolve("killed"))
            .set("evaluation.totals", folder.resolve("totals"))
            .slow(ExecutorFaults.SLOW);
    try (SubmittedJob job = setup.submit(true)) {
      job.awaitTasks(EVALUATION, 1 + random.nextInt(FaultBench.DAYS / 2 - 1));
      StageProgress now = job.progress(EVALUATION).orElseThrow();
      Signals.send(KILL, bench.cluster().executor(now.lastExecutor()).orElseThrow());
      assertThat(job.exitCode()).as(job.log()).isZero();
      assertThat(job.log()).contains("Lost executor " + now.lastExecutor());
    }
    return requireSame(folder.resolve("killed/out"), expected);
  }

  private static JobSetup sweep(FaultBench bench, Path folder) throws IOException {
    return bench
        .job(folder)
        .command("sweep")
        .set("data.evaluation.split", "null")
        .set("sweep.grid.method", "[minmax, mse]");
  }

  /** The table of a sweep that nothing disturbs, and that keeps nothing. */
  private static Path undisturbed(FaultBench bench, Path folder) throws Exception {
    bench.stopSession();
    Path own = folder.resolve("undisturbed");
    try (SubmittedJob job = sweep(bench, own).submit(false)) {
      assertThat(job.exitCode()).as(job.log()).isZero();
    }
    return own.resolve("out");
  }

  private static Outcome requireSame(Path output, Path expected) {
    for (String file : FILES) {
      assertThat(output.resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
    return Outcome.SAME_BYTES;
  }

  private static int kept(Path totals) throws IOException {
    try (Stream<Path> all = Files.walk(totals)) {
      return (int) all.filter(f -> f.toString().endsWith(".octeval")).count();
    }
  }

  private static int sum(JsonNode totals, String field) {
    int sum = 0;
    for (JsonNode model : totals.get("models")) {
      sum += model.get(field).asInt();
    }
    return sum;
  }
}
