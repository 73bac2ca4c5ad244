package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Completion as bash does it, and help by command. */
class CompletionCommandTest {

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "octant cal| calibrate",
        "octant state d| diff",
        "octant convert --st| --state",
        "octant promote --cur| --current",
        "octant validate --run| --run-date",
        "octant sw| sweep",
        "octant evaluate --mo| --model",
      })
  void bashCompletesCommandsAndOptions(String line, String completed) throws Exception {
    assertThat(run("completion", "bash")).isZero();
    Path script = Files.writeString(folder.resolve("octant.bash"), console.out());
    String ask =
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE='%s';"
                .formatted(script, line, line)
            + " COMP_POINT=${#COMP_LINE}; _complete_octant; printf '%s\\n' \"${COMPREPLY[@]}\"";
    Process bash = new ProcessBuilder(List.of("bash", "-c", ask)).redirectErrorStream(true).start();
    String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    assertThat(said.lines().map(String::strip)).contains(completed.strip());
  }

  @Test
  void zshHasAScriptTooAndOtherShellsAreNamed() {
    assertThat(run("completion", "zsh")).isZero();
    assertThat(console.out()).contains("bashcompinit");
    assertThat(run("completion", "fish")).isEqualTo(2);
    assertThat(console.err()).contains("expected one of [BASH, ZSH]");
  }

  @Test
  void helpTellsOfEveryCommandAndOfOne() {
    assertThat(run("help")).isZero();
    assertThat(console.out())
        .contains("quantize", "calibrate", "promote", "completion", "Exit codes:");
    int before = console.out().length();
    assertThat(run("help", "promote")).isZero();
    assertThat(console.out().substring(before)).contains("--validation=FOLDER", "--to=DATE|RESULT");
  }

  private int run(String... arguments) {
    return CommandLineRun.of(console.console(), arguments).exitCode();
  }
}
