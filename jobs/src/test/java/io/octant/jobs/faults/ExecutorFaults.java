package io.octant.jobs.faults;

import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.Signals;
import io.octant.jobs.cluster.StageProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Executors and workers that end, stop answering, or are told to leave. */
final class ExecutorFaults {
  private static final String KILL = "KILL";

  /** Milliseconds that reading a file takes: time to be disturbed. */
  static final int SLOW = 300;

  private ExecutorFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault(
            "executor-killed-calibrating",
            "SIGKILL to an executor that calibrates",
            (bench, folder, random) ->
                killed(bench, bench.job(folder), random, FaultedJob.CALIBRATION)),
        new Fault(
            "executor-killed-validating",
            "SIGKILL to an executor that validates",
            (bench, folder, random) ->
                killed(bench, bench.job(folder), random, FaultedJob.VALIDATION)),
        new Fault(
            "executor-killed-photographs",
            "SIGKILL to an executor that calibrates on JPEG files",
            (bench, folder, random) ->
                killed(bench, bench.photographs(folder), random, FaultedJob.CALIBRATION)),
        new Fault("executor-frozen", "SIGSTOP: no heartbeat any more", ExecutorFaults::frozen),
        new Fault("executor-decommissioned", "told to leave", ExecutorFaults::decommissioned),
        new Fault("worker-killed", "SIGKILL to a worker", ExecutorFaults::workerKilled));
  }

  private static Outcome killed(FaultBench bench, JobSetup setup, Random random, String phase)
      throws Exception {
    try (EmbeddedJob job = setup.slow(SLOW).start(Place.CLUSTER)) {
      Signals.send(KILL, busyExecutor(bench, job, random, phase));
      Outcome outcome = job.requireSameBytes();
      requireMadeUpFor(job);
      return outcome;
    }
  }

  private static Outcome frozen(FaultBench bench, Path folder, Random random) throws Exception {
    try (EmbeddedJob job = bench.job(folder).slow(SLOW).start(Place.CLUSTER)) {
      long executor = busyExecutor(bench, job, random, FaultedJob.CALIBRATION);
      Signals.send("STOP", executor);
      try {
        Outcome outcome = job.requireSameBytes();
        requireMadeUpFor(job);
        job.awaitEvents("heartbeat timed out", e -> lost(e, "heartbeat timed out"));
        return outcome;
      } finally {
        Signals.send(KILL, executor);
      }
    }
  }

  private static Outcome decommissioned(FaultBench bench, Path folder, Random random)
      throws Exception {
    try (EmbeddedJob job = bench.job(folder).slow(SLOW).start(Place.CLUSTER)) {
      Signals.send("PWR", busyExecutor(bench, job, random, FaultedJob.CALIBRATION));
      Outcome outcome = job.requireSameBytes();
      job.awaitEvents("decommissioned", e -> lost(e, "decommission"));
      return outcome;
    }
  }

  private static Outcome workerKilled(FaultBench bench, Path folder, Random random)
      throws Exception {
    try (EmbeddedJob job = bench.job(folder).slow(SLOW).start(Place.CLUSTER)) {
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
  static long busyExecutor(FaultBench bench, EmbeddedJob job, Random random, String phase)
      throws Exception {
    job.awaitTasks(phase, 1 + random.nextInt(FaultBench.DAYS / 2 - 1));
    Thread.sleep(random.nextInt(300));
    StageProgress now = job.progress(phase).orElseThrow();
    return bench.cluster().executor(now.lastExecutor()).orElseThrow();
  }

  private static void requireMadeUpFor(EmbeddedJob job) throws Exception {
    job.awaitEvents(
        "an executor that is lost, and tasks that run again",
        e -> !e.executorsLost().isEmpty() && !e.madeUpFor("ExecutorLostFailure").isEmpty());
  }

  private static boolean lost(EventLog events, String why) {
    return events.executorsLost().stream().anyMatch(r -> r.toLowerCase(Locale.ROOT).contains(why));
  }
}
