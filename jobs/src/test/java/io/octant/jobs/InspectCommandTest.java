package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  @ParameterizedTest
  @ValueSource(strings = {"float", "observed", "int8"})
  void aPlanShowsWhatRunsWithItsShape(String mode) {
    assertThat(inspect(ModelFiles.GOOD, "--plan", "--mode", mode, "--batch", "4"))
        .as(console.err())
        .isZero();

    List<String> lines = console.out().lines().toList();
    assertThat(lines.get(0)).contains(", " + mode + ", batch 4, on ");
    List<String> convolutions = lines.stream().filter(line -> line.contains(" conv2d_")).toList();
    // multiply-adds, bytes, shape, kernel, implementation, nodes
    assertThat(convolutions)
        .hasSize(13)
        .allMatch(
            line ->
                line.matches(
                    " +[0-9,]+\\.[0-9]{2} +[0-9,]+ {2}\\[4, \\d+, \\d+, \\d+] +conv2d_\\S+ \\S+ .*"));
    assertThat(lines.stream().filter(line -> line.contains(" observe_f32 ")).count())
        .isEqualTo(mode.equals("observed") ? 21 : 0);
    assertThat(lines.get(lines.size() - 1)).contains(" nodes for which nothing runs; ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--mode int8", "--batch 4", "--plan --batch 0"})
  void whatIsOfPlansAloneIsRefusedWithout(String options) {
    assertThat(inspect(ModelFiles.GOOD, options.split(" "))).isEqualTo(2);
    assertThat(console.err()).contains("Cannot inspect ").doesNotContain("\tat ");
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

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "bench --model"})
  void aUriIsNoFileOfThisMachineAndIsNotShown(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.add("s3a://key:secret@bucket/net.onnx");

    assertThat(CommandLineRun.of(console.console(), arguments.toArray(String[]::new)).exitCode())
        .isEqualTo(2);
    assertThat(console.err())
        .contains("a URI (s3a://...), expected a file of this machine")
        .doesNotContain("secret");
  }

  private int inspect(Path file, String... options) {
    List<String> all = new ArrayList<>(List.of("inspect", file.toString()));
    all.addAll(List.of(options));
    return CommandLineRun.of(console.console(), all.toArray(String[]::new)).exitCode();
  }
}
