package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** An output that several runs want, and one that is full. */
final class OutputFaults {
  private OutputFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault("disk-full", "no space for the output, then space", OutputFaults::full),
        new Fault(
            "two-runs",
            "two jobs with one output at a time",
            (bench, folder, random) -> runs(bench, folder, random, 2)),
        new Fault(
            "ten-runs",
            "ten jobs with one output at a time",
            (bench, folder, random) -> runs(bench, folder, random, 10)));
  }

  /** The disk is full at any byte that the job writes; the next one finds space. */
  private static Outcome full(FaultBench bench, Path folder, Random random) throws Exception {
    Path out = Files.createDirectories(folder.resolve("out"));
    long capacity = (long) (random.nextDouble() * size(bench.expected()));
    FaultedJob.Setup setup =
        bench
            .job(folder)
            .property("spark.hadoop." + FaultyFileSystem.FULL, out)
            .property("spark.hadoop." + FaultyFileSystem.CAPACITY, capacity);
    try (FaultedJob job = setup.start()) {
      job.requireMessage(1, out.toString(), "No space left on device");
      if (job.process().log().contains("manifest.json names the new result")) {
        // Published; what lacks space are the copies of its files.
        job.requireManifest();
      } else {
        job.requireNothingPublished();
      }
    }
    try (FaultedJob again =
        setup.property("spark.hadoop." + FaultyFileSystem.CAPACITY, Long.MAX_VALUE).start()) {
      again.requireSameBytes();
    }
    return Outcome.CLEAR_ERROR;
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  /** One of them writes, the others are refused or find its result. */
  private static Outcome runs(FaultBench bench, Path folder, Random random, int number)
      throws Exception {
    List<FaultedJob> jobs = new ArrayList<>();
    try {
      for (int i = 0; i < number; i++) {
        Path own = folder.resolve(Integer.toString(i));
        jobs.add(bench.job(own).output(folder.resolve("out")).start());
        Thread.sleep(random.nextInt(1000));
      }
      int wrote = 0;
      for (FaultedJob job : jobs) {
        job.requireCode(0, 1);
        String log = job.process().log();
        boolean refused = log.contains("octant: Cannot write output: ");
        boolean found = log.contains("Nothing to do: ");
        assertThat(job.process().exitCode()).as(log).isEqualTo(refused ? 1 : 0);
        if (!refused && !found) {
          wrote++;
        }
      }
      assertThat(wrote).isEqualTo(1);
      return jobs.get(0).requireExpectedOutput();
    } finally {
      jobs.forEach(FaultedJob::close);
    }
  }
}
