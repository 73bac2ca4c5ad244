package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {

  @TempDir Path folder;
  private final RecordedConsole console = new RecordedConsole();

  @Test
  void printsTheGraphOfAModel() {
    assertThat(inspect(ModelFiles.GOOD)).as(console.err()).isZero();

    assertThat(console.out().lines())
        .anyMatch(line -> line.matches("input +input .*\\[batch, 1, 28, 28]"))
        .anyMatch(line -> line.matches("operators .*13 Conv.*"))
        .anyMatch(line -> line.matches("%.* = call_module .*  # Conv"))
        .anyMatch(line -> line.startsWith("output("));
  }

  @Test
  void printsEveryObserverOfAState() throws IOException {
    Digest digest = Digest.of(new byte[] {1});
    CalibrationState state = new CalibrationState(new CalibrationKey(digest, digest, digest));
    state.addSamples(new SampleCounts(1, 0, 0));
    TensorStatistics statistics = new TensorStatistics();
    statistics.update(new float[] {-1, 0, 0, 0.5f, 3, Float.NaN});
    state.add("activation_post_process_0", statistics);
    state.addNumerics(new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1));
    Path file = Files.write(folder.resolve("state"), state.toBytes());

    assertThat(inspect(file)).as(console.err()).isZero();

    List<String> lines = console.out().lines().toList();
    assertThat(lines).anyMatch(line -> line.endsWith(state.sha256().hex()));
    assertThat(lines).contains("numerics  avx2 (native 1, oneDNN 3.11.0, L2 512K)");
    String row = lines.get(lines.size() - 1);
    assertThat(row)
        .matches("activation_post_process_0 +6 +-1\\.0+ +3\\.0+ +40\\.00% +1  .*")
        .contains("█");
  }

  @Test
  void aDamagedStateEndsWithThree() throws IOException {
    Path file = Files.writeString(folder.resolve("state"), "OCTCALST and then nothing of the kind");
    assertThat(inspect(file)).isEqualTo(3);
    assertThat(console.err()).contains(file.toString());
  }

  @Test
  void aFileThatIsMissingOrUnknownEndsWithThree() throws IOException {
    assertThat(inspect(folder.resolve("missing"))).isEqualTo(3);
    assertThat(inspect(ModelFiles.text(folder))).isEqualTo(3);
    assertThat(inspect(folder)).isEqualTo(3);
    assertThat(console.err()).doesNotContain("\tat ");
  }

  private int inspect(Path file) {
    return CommandLineRun.of(console.console(), "inspect", file.toString()).exitCode();
  }
}
