package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code {date}} in a configuration. */
class RunDatesTest {

  @TempDir Path folder;

  private Path file;

  @BeforeEach
  void write() throws IOException {
    file =
        Files.writeString(
            folder.resolve("dated.conf"),
            """
            model.path = "models/{date}/m.onnx"
            data.calibration { path = "s3a://data/dt={date}", filter = "day = '{date}'" }
            data.evaluation.table = "lake.samples_{date}"
            calibration.states = states
            output.path = "s3a://out/{date}/of-{date}"
            """);
  }

  @Test
  void standForTheDayInPathsTablesAndFilters() {
    QuantizeConfig config = load(RunDates.of("2026-11-27"));
    assertThat(config.model().path())
        .isEqualTo(folder.resolve("models/2026-11-27/m.onnx").toString());
    SourceConfig calibration = config.data().calibration();
    assertThat(calibration.path()).contains("s3a://data/dt=2026-11-27");
    assertThat(calibration.filter()).contains("day = '2026-11-27'");
    assertThat(config.data().evaluation().orElseThrow().source().table())
        .contains("lake.samples_2026-11-27");
    assertThat(config.calibration().states()).contains(folder.resolve("states").toString());
    assertThat(config.output().path()).isEqualTo("s3a://out/2026-11-27/of-2026-11-27");
  }

  @Test
  void standForItOnTheCommandLineToo() {
    RunDates dates = RunDates.of("2026-02-28");
    QuantizeConfig config =
        ConfigurationSource.load(file, List.of("output.path=s3a://other/{date}"), dates);
    assertThat(config.output().path()).isEqualTo("s3a://other/2026-02-28");
    assertThat(dates.in("--state", "s3a://state/{date}")).isEqualTo("s3a://state/2026-02-28");
  }

  @Test
  void areRefusedWithoutADay() {
    assertThatThrownBy(() -> load(RunDates.none()))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("has {date}, expected option --run-date");
    assertThatThrownBy(() -> RunDates.none().in("--state", "x/{date}"))
        .hasMessage("Cannot use --state: x/{date} has {date}, expected option --run-date");
  }

  @Test
  void areRefusedWhereNothingPutsTheDayIn() throws IOException {
    Files.writeString(
        file,
        "\nquantization.overrides = [{ name = \"x{date}\", qconfig = null }]\n",
        java.nio.file.StandardOpenOption.APPEND);
    assertThatThrownBy(() -> load(RunDates.of("2026-11-27")))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(
            "Cannot use {date} in key quantization.overrides.name: x{date}, expected it in a path,"
                + " a table or a filter (")
        .hasMessageEndingWith("dated.conf:7)");
    assertThatThrownBy(
            () ->
                ConfigurationSource.load(
                    file,
                    List.of("quantization.overrides=[]", "spark.app.name=octant {date}"),
                    RunDates.of("2026-11-27")))
        .hasMessageContaining("Cannot use {date} in key spark.app.name: octant {date}");
  }

  @Test
  void aDayThatNothingDependsOnIsRefused() {
    RunDates dates = RunDates.of("2026-11-27");
    assertThat(dates.in("--state", "s3a://state")).isEqualTo("s3a://state");
    assertThatThrownBy(dates::requireUsed)
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot use --run-date 2026-11-27: nothing depends on it, expected {date} in a path");
    dates.in("--state", "{date}");
    dates.requireUsed();
    RunDates.none().requireUsed();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "today", "2026-11-31", "2026-1-5", "27.11.2026", "2026-11-27T00:00"})
  void whatIsNoDayIsRefused(String text) {
    assertThatThrownBy(() -> RunDates.of(text))
        .isInstanceOf(SettingsException.class)
        .hasMessage("Cannot use --run-date " + text + ", expected a day such as 2026-11-27");
  }

  private QuantizeConfig load(RunDates dates) {
    return ConfigurationSource.load(file, List.of(), dates);
  }
}
