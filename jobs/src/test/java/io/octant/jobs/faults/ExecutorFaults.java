package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.Signals;
import io.octant.jobs.cluster.StageProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Executors and workers that end, stop answering, or are told to leave. */
final class ExecutorFaults {
  private static final String KILL = "KILL";

  private ExecutorFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault(
            "executor-killed-calibrating",
            "SIGKILL to an executor that calibrates",
            (bench, folder, random) -> killed(bench, folder, random, FaultedJob.CALIBRATION)),
        new Fault(
            "executor-killed-validating",
            "SIGKILL to an executor that validates",
            (bench, folder, random) -> killed(bench, folder, random, FaultedJob.VALIDATION)),
        new Fault("executor-frozen", "SIGSTOP: no heartbeat any more", ExecutorFaults::frozen),
        new Fault("executor-decommissioned", "told to leave", ExecutorFaults::decommissioned),
        new Fault("worker-killed", "SIGKILL to a worker", ExecutorFaults::workerKilled));
  }

  private static Outcome killed(FaultBench bench, Path folder, Random random, String phase)
      throws Exception {
    try (FaultedJob job = bench.job(folder).onCluster().start()) {
      Signals.send(KILL, busyExecutor(bench, job, random, phase));
      Outcome outcome = job.requireSameBytes();
      requireMadeUpFor(job);
      return outcome;
    }
  }

  private static Outcome frozen(FaultBench bench, Path folder, Random random) throws Exception {
    FaultedJob.Setup setup =
        bench
            .job(folder)
            .onCluster()
            .property("spark.executor.heartbeatInterval", "1s")
            .property("spark.network.timeout", "15s")
            .property("spark.network.timeoutInterval", "1s");
    try (FaultedJob job = setup.start()) {
      long executor = busyExecutor(bench, job, random, FaultedJob.CALIBRATION);
      Signals.send("STOP", executor);
      try {
        Outcome outcome = job.requireSameBytes();
        requireMadeUpFor(job);
        assertThat(job.events().executorsLost()).anyMatch(r -> r.contains("heartbeat timed out"));
        return outcome;
      } finally {
        Signals.send(KILL, executor);
      }
    }
  }

  private static Outcome decommissioned(FaultBench bench, Path folder, Random random)
      throws Exception {
    FaultedJob.Setup setup =
        bench.job(folder).onCluster().property("spark.decommission.enabled", true);
    try (FaultedJob job = setup.start()) {
      Signals.send("PWR", busyExecutor(bench, job, random, FaultedJob.CALIBRATION));
      Outcome outcome = job.requireSameBytes();
      assertThat(job.events().executorsLost())
          .as(job.process().log())
          .anyMatch(reason -> reason.toLowerCase(java.util.Locale.ROOT).contains("decommission"));
      return outcome;
    }
  }

  private static Outcome workerKilled(FaultBench bench, Path folder, Random random)
      throws Exception {
    try (FaultedJob job = bench.job(folder).onCluster().start()) {
      job.awaitTasks(FaultedJob.CALIBRATION, 1 + random.nextInt(3));
      Thread.sleep(random.nextInt(300));
      Signals.send(KILL, bench.cluster().worker(1 + random.nextInt(2)));
      Outcome outcome = job.requireSameBytes();
      requireMadeUpFor(job);
      return outcome;
    } finally {
      bench.cluster().up();
    }
  }

  /** Waits for a moment in the first half of a phase; gives an executor with a task. */
  static long busyExecutor(FaultBench bench, FaultedJob job, Random random, String phase)
      throws Exception {
    job.awaitTasks(phase, 1 + random.nextInt(FaultBench.DAYS / 2 - 1));
    Thread.sleep(random.nextInt(300));
    StageProgress now = job.progress(phase).orElseThrow();
    return bench.cluster().executor(now.lastExecutor()).orElseThrow();
  }

  private static void requireMadeUpFor(FaultedJob job) throws Exception {
    EventLog events = job.events();
    assertThat(events.executorsLost()).isNotEmpty();
    assertThat(events.madeUpFor("ExecutorLostFailure"))
        .as("Tasks that were lost and run again: " + events)
        .isNotEmpty();
  }
}
