package io.octant.jobs.faults;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One file among good ones that is damaged, goes away, or becomes another. */
final class DataFaults {
  private DataFaults() {}

  static List<Fault> kinds() {
    return List.of(
        new Fault("file-corrupt", "bytes of a file are others", DataFaults::corrupt),
        new Fault("file-truncated", "a file lacks its end", DataFaults::truncated),
        new Fault(
            "file-vanished",
            "a file goes away while the job runs",
            (bench, folder, random) -> meanwhile(bench, folder, random, DataFaults::vanish)),
        new Fault(
            "file-replaced",
            "a file becomes another while the job runs",
            (bench, folder, random) -> meanwhile(bench, folder, random, DataFaults::replace)));
  }

  private static Outcome corrupt(FaultBench bench, Path folder, Random random) throws Exception {
    Path data = bench.copyOfData(folder.resolve("data"));
    int day = random.nextInt(FaultBench.DAYS);
    Path file = FaultBench.calibrationFile(data, day);
    byte[] bytes = Files.readAllBytes(file);
    // Within the values: behind the mark at the begin, before the footer.
    int at = 200 + random.nextInt(bytes.length / 2);
    for (int i = 0; i < 8; i++) {
      bytes[at + i] ^= (byte) (1 + random.nextInt(255));
    }
    Files.write(file, bytes);
    try (EmbeddedJob job = bench.job(folder).data("faulty://" + data).start(Place.LOCAL)) {
      return job.requireError(3, FaultBench.fileName(day));
    }
  }

  private static Outcome truncated(FaultBench bench, Path folder, Random random) throws Exception {
    Path data = bench.copyOfData(folder.resolve("data"));
    int day = random.nextInt(FaultBench.DAYS);
    Path file = FaultBench.calibrationFile(data, day);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length - 1)));
    try (EmbeddedJob job = bench.job(folder).data("faulty://" + data).start(Place.LOCAL)) {
      return job.requireError(3, FaultBench.fileName(day));
    }
  }

  /** Something happens to a file that is not read yet. */
  private interface Change {
    void to(Path data, int day) throws Exception;
  }

  private static Outcome meanwhile(FaultBench bench, Path folder, Random random, Change change)
      throws Exception {
    Path data = bench.copyOfData(folder.resolve("data"));
    int day = FaultBench.DAYS - 1 - random.nextInt(2);
    try (EmbeddedJob job =
        bench.job(folder).data("faulty://" + data).slow(200).start(Place.LOCAL)) {
      job.awaitTasks(FaultedJob.CALIBRATION, 1 + random.nextInt(FaultBench.DAYS / 2));
      change.to(data, day);
      return job.requireError(3, FaultBench.fileName(day));
    }
  }

  private static void vanish(Path data, int day) throws Exception {
    Files.delete(FaultBench.calibrationFile(data, day));
  }

  /** By a good file of other rows, in one step, as who updates a data set does. */
  private static void replace(Path data, int day) throws Exception {
    Path next = Files.copy(FaultBench.calibrationFile(data, 0), data.resolve("next"));
    Files.move(next, FaultBench.calibrationFile(data, day), StandardCopyOption.REPLACE_EXISTING);
  }
}
