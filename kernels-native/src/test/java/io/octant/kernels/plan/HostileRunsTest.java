package io.octant.kernels.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.onnx.suite.ForkedMain;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Models that made engines stumble, in a process of their own with little memory: refused by name,
 * or run to what the reference engine gives.
 */
class HostileRunsTest {
  private static final Path FOLDER = Path.of("../graph-core/src/test/resources/hostile");
  private static final long CPU_MILLIS = 2000;

  /**
   * Sound models whose declared inputs, or what the reference kernels make of them, do not fit in
   * 512 MB.
   */
  private static final Set<String> TOO_LARGE =
      Set.of(
          "HANG_import_21028_test_averagepool_2d_precomputed_pads.onnx",
          "HANG_import_95128_test_logsoftmax_axis_0_expanded.onnx",
          "import_OutOfMemoryError_reference.kernel.Values.of_14.onnx");

  @Test
  void everyModelEndsSoonWithTheReferenceOrByName() throws IOException, InterruptedException {
    List<String> lines =
        ForkedMain.lines(HostileRuns.class, Duration.ofMinutes(5), FOLDER.toString());
    assertThat(lines).last().isEqualTo("LEFT\t0");
    List<String[]> results =
        lines.stream().filter(l -> l.startsWith("RESULT")).map(l -> l.split("\t", -1)).toList();
    assertThat(results).hasSizeGreaterThan(10);
    Set<String> tooLarge = new TreeSet<>();
    for (String[] f : results) {
      String outcome = String.join(" | ", f);
      assertThat(Long.parseLong(f[2])).as(outcome).isLessThan(CPU_MILLIS);
      if ((f[3] + f[4]).contains("OutOfMemoryError")) {
        tooLarge.add(f[1]);
      } else {
        assertThat(f[3]).as(outcome).matches("ran|refused .*Cannot .*");
        assertThat(f[4].startsWith("ran")).as(outcome).isEqualTo(f[3].equals("ran"));
        assertThat(f[5]).as(outcome).isEqualTo("true");
      }
    }
    assertThat(tooLarge).isSubsetOf(TOO_LARGE);
  }
}
