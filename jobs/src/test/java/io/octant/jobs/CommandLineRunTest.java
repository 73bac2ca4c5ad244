package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineRunTest {

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void helpListsCommandsAndExitCodes() {
    assertThat(run("--help")).isZero();
    assertThat(console.out()).contains("quantize", "bench", "inspect", "4   accuracy gate");
    assertThat(console.err()).isEmpty();
  }

  @Test
  void helpOfQuantizeListsEveryKey() {
    assertThat(run("quantize", "--help")).isZero();
    assertThat(console.out())
        .contains("--set=key=value", "--master=URL", "--overwrite", "--verbose")
        .contains("model.path (required)", "data.batch (default 32)", "spark.*");
  }

  @Test
  void versionNamesWhatTakesPart() {
    assertThat(run("--version")).isZero();
    assertThat(console.out()).containsPattern("(?s)dnnl 3.*java 17.*octant [0-9.]+.*spark 4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "| no command, expected quantize, train, calibrate, convert, validate, evaluate, sweep, promote, current, bench, report, inspect, state, completion or help",
        "state | no command, expected show, merge, diff or gc",
        "quantise | Did you mean: octant quantize",
        "quantize | Missing required parameter: 'CONF'",
        "quantize a.conf b.conf | Unmatched argument",
        "quantize --sett a=b a.conf | Possible solutions: --set",
        "quantize missing.conf | Cannot read configuration: missing.conf",
        "quantize a.conf --run-date 2026-13-41 | Cannot use --run-date 2026-13-41, expected a day such as",
        "bench --mode int8 | Missing required option: '--model=FILE'",
        "inspect | Missing required parameter: 'FILE'"
      })
  void aWrongCommandLineEndsWithTwoAndOneMessage(String line, String message) {
    assertThat(run(line == null ? new String[0] : line.split(" "))).isEqualTo(2);
    assertThat(console.err()).contains(message).doesNotContain("\tat ");
    assertThat(console.out()).isEmpty();
  }

  private int run(String... arguments) {
    return CommandLineRun.of(console.console(), arguments).exitCode();
  }
}
