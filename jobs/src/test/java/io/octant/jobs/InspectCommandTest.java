package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void aStateIsNoModel() throws IOException {
    Path file = Files.writeString(folder.resolve("state"), "OCTCALST and then something");
    assertThat(inspect(file)).isEqualTo(2);
    assertThat(console.err()).contains(file.toString()).contains("octant state show");
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
