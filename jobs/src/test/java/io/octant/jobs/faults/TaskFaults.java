package io.octant.jobs.faults;

import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.Signals;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

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
    mark(bench, day, 2);
    try (EmbeddedJob job = failing(bench, folder).start(Place.LOCAL)) {
      Outcome outcome = job.requireSameBytes();
      job.awaitEvents(
          "two attempts at one task that fail",
          e ->
              e.madeUpFor("ExceptionFailure").size() == 2
                  && e.besides(e.madeUpFor("ExceptionFailure").get(0)).size() == 3);
      return outcome;
    }
  }

  private static Outcome failingAlways(FaultBench bench, Path folder, Random random)
      throws Exception {
    int day = random.nextInt(FaultBench.DAYS);
    mark(bench, day, 100);
    try (EmbeddedJob job = failing(bench, folder).start(Place.LOCAL)) {
      return job.requireError(1, FaultBench.fileName(day), FaultyFileSystem.FAILURE);
    } finally {
      try (Stream<Path> marks = Files.list(bench.marks())) {
        for (Path mark : marks.toList()) {
          Files.delete(mark);
        }
      }
    }
  }

  private static void mark(FaultBench bench, int day, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      Files.createFile(bench.marks().resolve(FaultBench.fileName(day) + "-" + i));
    }
  }

  private static JobSetup failing(FaultBench bench, Path folder) throws Exception {
    return bench.job(folder).hadoop(FaultyFileSystem.FAILURES, bench.marks());
  }

  /** An executor stands still until a copy of its task runs on the other, then both go on. */
  private static Outcome speculation(FaultBench bench, Path folder, Random random)
      throws Exception {
    JobSetup setup =
        bench
            .job(folder)
            .slow(ExecutorFaults.SLOW)
            .set("calibration.states", folder.resolve("states"));
    try (EmbeddedJob job = setup.start(Place.SPECULATING)) {
      // One that has not finished a task may still wait for the model from the other.
      while (job.progress(FaultedJob.CALIBRATION).filter(p -> p.executors().size() == 2).isEmpty()
          && job.isRunning()) {
        Thread.sleep(10);
      }
      long slow = ExecutorFaults.busyExecutor(bench, job, random, FaultedJob.CALIBRATION);
      Signals.send("STOP", slow);
      try {
        job.awaitCopy(job.progress(FaultedJob.CALIBRATION).orElseThrow().stage());
        Thread.sleep(random.nextInt(500));
      } finally {
        Signals.send("CONT", slow);
      }
      Outcome outcome = job.requireSameBytes();
      job.awaitEvents(
          "a speculative copy that has ended, as the task besides has",
          e ->
              e.tasks().stream()
                  .filter(EventLog.Attempt::speculative)
                  .anyMatch(copy -> e.besides(copy).size() > 1));
      return outcome;
    }
  }
}
