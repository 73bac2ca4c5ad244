package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.Signals;
import io.octant.jobs.cluster.StageProgress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Tasks that fail, and tasks that run twice. */
final class TaskFaults {
  private TaskFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault("task-failing-twice", "reading a file fails twice", TaskFaults::failingTwice),
        new Fault("task-failing-always", "reading a file fails always", TaskFaults::failingAlways),
        new Fault("speculation", "a copy of a slow task", TaskFaults::speculation));
  }

  private static Outcome failingTwice(FaultBench bench, Path folder, Random random)
      throws Exception {
    int day = random.nextInt(FaultBench.DAYS);
    try (FaultedJob job = failing(bench, folder, day, 2).start()) {
      Outcome outcome = job.requireSameBytes();
      List<EventLog.Attempt> failed = job.events().madeUpFor("ExceptionFailure");
      assertThat(failed).hasSize(2);
      assertThat(failed.get(0).partition()).isEqualTo(failed.get(1).partition());
      return outcome;
    }
  }

  private static Outcome failingAlways(FaultBench bench, Path folder, Random random)
      throws Exception {
    int day = random.nextInt(FaultBench.DAYS);
    try (FaultedJob job = failing(bench, folder, day, 100).start()) {
      return job.requireError(1, FaultBench.fileName(day), FaultyFileSystem.FAILURE);
    }
  }

  private static FaultedJob.Setup failing(FaultBench bench, Path folder, int day, int times)
      throws Exception {
    Path marks = Files.createDirectories(folder.resolve("marks"));
    for (int i = 0; i < times; i++) {
      Files.createFile(marks.resolve(FaultBench.fileName(day) + "-" + i));
    }
    return bench
        .job(folder)
        .onCluster()
        .slow(0)
        .property("spark.hadoop." + FaultyFileSystem.FAILURES, marks);
  }

  /** An executor stands still until a copy of its task runs on the other, then both go on. */
  private static Outcome speculation(FaultBench bench, Path folder, Random random)
      throws Exception {
    FaultedJob.Setup setup =
        bench
            .job(folder)
            .onCluster()
            .set("calibration.states", folder.resolve("states"))
            .property("spark.speculation", true)
            .property("spark.speculation.interval", "100ms")
            .property("spark.speculation.quantile", 0.5)
            .property("spark.speculation.multiplier", 1.2);
    try (FaultedJob job = setup.start()) {
      // One that has not finished a task may still wait for the model from the other.
      job.process()
          .await(
              "tasks of both executors",
              log ->
                  StageProgress.of(log, FaultedJob.CALIBRATION)
                      .filter(p -> p.executors().size() == 2)
                      .isPresent());
      long slow = ExecutorFaults.busyExecutor(bench, job, random, FaultedJob.CALIBRATION);
      Signals.send("STOP", slow);
      try {
        int stage = job.progress(FaultedJob.CALIBRATION).orElseThrow().stage();
        job.process()
            .await(
                "a speculative copy of a task of stage " + stage,
                log -> log.matches("(?s).*Starting task \\d+\\.1 in stage " + stage + "\\..*"));
        Thread.sleep(random.nextInt(500));
      } finally {
        Signals.send("CONT", slow);
      }
      Outcome outcome = job.requireSameBytes();
      EventLog events = job.events();
      List<EventLog.Attempt> copies =
          events.tasks().stream().filter(EventLog.Attempt::speculative).toList();
      assertThat(copies).as("speculative copies").isNotEmpty();
      assertThat(copies)
          .as("copies that have ended, as the task besides has: " + events)
          .anyMatch(copy -> events.besides(copy).size() > 1);
      return outcome;
    }
  }
}
