package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.onnx.suite.ForkedMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Models that made engines stumble, in a process of their own with little memory: refused by name,
 * or run to what the reference engine gives.
 */
class HostileRunsTest {
  private static final Path FOLDER = Path.of("../graph-core/src/test/resources/hostile");
  private static final long CPU_MILLIS = 2000;

  @Test
  void everyModelEndsSoonWithTheReferenceOrByName() throws IOException, InterruptedException {
    List<String> lines =
        ForkedMain.lines(HostileRuns.class, Duration.ofMinutes(5), FOLDER.toString());
    assertThat(lines).last().isEqualTo("LEFT\t0");
    List<String[]> results =
        lines.stream().filter(l -> l.startsWith("RESULT")).map(l -> l.split("\t", -1)).toList();
    assertThat(results).hasSizeGreaterThan(10);
    for (String[] f : results) {
      String outcome = String.join(" | ", f);
      assertThat(Long.parseLong(f[2])).as(outcome).isLessThan(CPU_MILLIS);
      assertThat(f[3]).as(outcome).matches("ran|refused .*Cannot .*");
      assertThat(f[4]).as(outcome).matches("ran|refused .*Cannot .*");
      if (!f[4].contains("three quarters of the Java heap")) { // its kernels hold doubles
        assertThat(f[4].startsWith("ran")).as(outcome).isEqualTo(f[3].equals("ran"));
        assertThat(f[5]).as(outcome).isEqualTo("true");
      }
    }
  }
}
