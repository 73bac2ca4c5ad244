package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Models that made engines stumble, in a process of their own with little memory: refused by name,
 * or run to what the reference engine gives.
 */
class HostileRunsTest {
  private static final Path FOLDER = Path.of("../graph-core/src/test/resources/hostile");
  private static final long CPU_MILLIS = 5000;

  @Test
  void everyModelEndsSoonWithTheReferenceOrByName() throws IOException, InterruptedException {
    List<String> lines = run();
    assertThat(lines).last().isEqualTo("LEFT\t0");
    List<String[]> results =
        lines.stream().filter(l -> l.startsWith("RESULT")).map(l -> l.split("\t", -1)).toList();
    assertThat(results).hasSizeGreaterThan(10);
    for (String[] f : results) {
      String outcome = String.join(" | ", f);
      assertThat(Long.parseLong(f[2])).as(outcome).isLessThan(CPU_MILLIS);
      // Tensors larger than the process are the caller's to bound.
      boolean tooLarge = (f[3] + f[4]).contains("OutOfMemoryError");
      if (!tooLarge) {
        assertThat(f[3]).as(outcome).matches("ran|refused .*Cannot .*");
        assertThat(f[4].startsWith("ran")).as(outcome).isEqualTo(f[3].equals("ran"));
        assertThat(f[5]).as(outcome).isEqualTo("true");
      }
    }
  }

  private static List<String> run() throws IOException, InterruptedException {
    Path out = Files.createTempFile("hostile", ".txt");
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HostileRuns.class.getName(),
                  FOLDER.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(5, TimeUnit.MINUTES);
      process.destroyForcibly();
      String text = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as(text).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text.lines().toList();
    } finally {
      Files.delete(out);
    }
  }
}
