package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job needs does not grow with the number of its samples; the heap is bounded. */
@Tag("cluster")
class MemoryIT {
  /** All of the heap is there from the begin, so that growth is that of native memory. */
  private static final String HEAP = "-Xms500m -Xmx500m -XX:+AlwaysPreTouch -XX:+UseSerialGC";

  private static final int FILES = 13;

  @TempDir Path folder;

  @Test
  void fiftyThousandSamplesTakeTheMemoryOfFiveHundred() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    for (int i = 0; i < FILES; i++) {
      Files.copy(Path.of("../examples/digits/train.parquet"), data.resolve(i + ".parquet"));
    }
    long few = peakKilobytes(data, 500);
    long many = peakKilobytes(data, 50_000);
    System.out.printf("peak resident: 500 samples %d KB, 50,000 samples %d KB%n", few, many);
    assertThat(many / (double) few).isBetween(0.9, 1.1);
  }

  /** Calibrates on and compares so many samples. */
  private long peakKilobytes(Path data, int samples) throws Exception {
    Path log = folder.resolve(samples + ".log");
    List<String> command =
        new ArrayList<>(
            List.of("quantize", "../conf/examples/digits-resnet.conf", "--master", "local[2]"));
    command.addAll(List.of("-o", folder.resolve("out-" + samples).toString()));
    for (String source : List.of("calibration", "evaluation")) {
      command.addAll(List.of("--set", "data." + source + ".path=" + data));
      command.addAll(List.of("--set", "data." + source + ".limit=" + samples));
    }
    Process job = JobProcess.start(log, "", Map.of("JAVA_TOOL_OPTIONS", HEAP), command);
    try {
      long peak = 0;
      while (!job.waitFor(20, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, residentKilobytes(job.pid()));
      }
      assertThat(job.exitValue()).as(Files.readString(log)).isZero();
      return peak;
    } finally {
      job.destroyForcibly();
    }
  }

  /** The most that the process has had so far; 0 if it has ended. */
  private static long residentKilobytes(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
