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
    Path disk = Files.createDirectories(folder.resolve("disk"));
    Path out = disk.resolve("out");
    Path undisturbed = Files.createDirectories(folder.resolve("undisturbed"));
    try (EmbeddedJob job = keeping(bench, folder, undisturbed).start(Place.LOCAL)) {
      job.requireSameBytes();
    }
    long capacity = (long) (random.nextDouble() * size(undisturbed));
    JobSetup setup =
        keeping(bench, folder, disk)
            .hadoop(FaultyFileSystem.FULL, disk)
            .hadoop(FaultyFileSystem.CAPACITY, capacity);
    try (EmbeddedJob job = setup.start(Place.LOCAL)) {
      job.requireMessage(1, disk.toString(), "No space left on device");
      if (job.message().contains("manifest.json names the new result")) {
        // Published; what lacks space are the copies of its files.
        job.requireManifest();
      } else {
        job.requireNothingPublished();
      }
    }
    setup.hadoop(FaultyFileSystem.CAPACITY, Long.MAX_VALUE);
    try (EmbeddedJob again = setup.start(Place.LOCAL)) {
      again.requireSameBytes();
    }
    assertThat(out.resolve("manifest.json")).isNotEmptyFile();
    return Outcome.CLEAR_ERROR;
  }

  private static JobSetup keeping(FaultBench bench, Path folder, Path disk) throws IOException {
    return bench
        .job(folder)
        .output("faulty://" + disk.resolve("out"))
        .set("calibration.states", "faulty://" + disk.resolve("states"));
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  /**
   * One of them writes, the others are refused or find its result. One is a process of its own, as
   * others notice by its claim alone.
   */
  private static Outcome runs(FaultBench bench, Path folder, Random random, int number)
      throws Exception {
    Path out = folder.resolve("out");
    List<FaultedJob> jobs = new ArrayList<>();
    try {
      jobs.add(setup(bench, folder, out, 0).submit(false));
      boolean atOnce = random.nextBoolean();
      Thread.sleep(random.nextInt(6000));
      for (int i = 1; i < number; i++) {
        jobs.add(setup(bench, folder, out, i).start(Place.LOCAL));
        Thread.sleep(atOnce ? 0 : random.nextInt(1000));
      }
      int wrote = 0;
      for (FaultedJob job : jobs) {
        int code = job.exitCode();
        assertThat(code).as(job.log()).isIn(0, 1);
        if (code == 1) {
          assertThat(job.message())
              .startsWith("Cannot write output: ")
              .contains(out.toString(), "is being written by");
        } else if (!job.log().contains("Nothing to do")) {
          wrote++;
        }
      }
      assertThat(wrote).as("Jobs that have written").isEqualTo(1);
      return jobs.get(0).requireExpectedOutput();
    } finally {
      jobs.forEach(FaultedJob::close);
    }
  }

  private static JobSetup setup(FaultBench bench, Path folder, Path out, int number)
      throws IOException {
    Path own = folder.resolve(Integer.toString(number));
    return bench.job(own).slow(300).output(out.toString());
  }
}
