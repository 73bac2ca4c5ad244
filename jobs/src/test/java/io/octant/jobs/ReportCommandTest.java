package io.octant.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.output.OutputCommit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;
  private final RecordedConsole console = new RecordedConsole();

  private int report(String... args) {
    return CommandLineRun.of(
            console.console(),
            Stream.concat(Stream.of("report"), Stream.of(args)).toArray(String[]::new))
        .exitCode();
  }

  private String failed(String name, String message) throws IOException {
    Path result = Files.createDirectory(folder.resolve(name));
    Files.writeString(
        result.resolve("result.json"),
        "{\"status\": \"failed\", \"error\": {\"class\": \"x.Y\", \"message\": \"%s\"}}"
            .formatted(message));
    return result.toString();
  }

  @Test
  void resultsOfRunsThatFailedStandSideBySide() throws IOException {
    Path page = folder.resolve("page.html");
    int exitCode =
        report(failed("one", "no samples"), failed("two", "no model"), "-o", page.toString());
    assertThat(exitCode).as(console.err()).isZero();
    assertThat(page).content().contains("no samples", "no model");
    assertThat(console.out()).contains(page.toString());

    assertThat(report(folder.resolve("two").toString(), "-o", page.toString())).isZero();
    assertThat(page).content().contains("no model").doesNotContain("no samples");
  }

  @Test
  void whatIsNoResultIsNamed() throws IOException {
    String page = folder.resolve("page.html").toString();
    String absent = folder.resolve("absent").toString();
    assertThat(report(absent, "-o", page)).isEqualTo(3);
    assertThat(console.err()).contains("Cannot report " + absent + ": no such folder");

    String empty = Files.createDirectory(folder.resolve("empty")).toString();
    assertThat(report(failed("one", "x"), empty, "-o", page)).isEqualTo(3);
    assertThat(console.err()).contains("Cannot report " + empty + ": neither manifest.json nor");

    Path damaged = Files.createDirectory(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("result.json"), "{");
    assertThat(report(damaged.toString(), "-o", page)).isEqualTo(3);
    assertThat(console.err()).contains("Cannot report " + damaged + ": result.json is not what");
    Path table = Files.createDirectory(folder.resolve("table"));
    Files.writeString(table.resolve("result.json"), "{\"leaderboard\": {\"candidates\": []}}");
    assertThat(report(table.toString(), folder.resolve("one").toString(), "-o", page)).isEqualTo(3);
    assertThat(console.err()).contains("Cannot report " + table + " beside others: a table of");
    assertThat(Path.of(page)).doesNotExist();
  }

  @Test
  void placesHaveTheDayInThem() throws IOException {
    failed("dt=2026-11-26", "no samples");
    String page = folder.resolve("{date}.html").toString();
    String dated = folder.resolve("dt={date}").toString();
    assertThat(report(dated, "-o", page, "--run-date", "2026-11-26")).as(console.err()).isZero();
    assertThat(folder.resolve("2026-11-26.html")).content().contains("no samples");

    assertThat(report(dated, "-o", page)).isEqualTo(2);
    assertThat(console.err()).contains("expected option --run-date");
    String plain = folder.resolve("dt=2026-11-26").toString();
    assertThat(report(plain, "-o", plain + ".html", "--run-date", "2026-11-26")).isEqualTo(2);
    assertThat(console.err()).contains("nothing depends on it");
  }

  @Test
  void valuesAreComparedWithThoseOfWhatIsCurrent() throws IOException {
    String place = folder.resolve("current").toString();
    Path page = folder.resolve("page.html");
    String first = published("first", 0);
    assertThat(report(first, "--current", place, "-o", page.toString())).isZero();
    assertThat(console.out()).contains("Nothing to compare with at " + place);
    assertThat(page).content().doesNotContain("\"drift\":");

    assertThat(
            CommandLineRun.of(console.console(), "promote", first, "--current", place).exitCode())
        .as(console.err())
        .isZero();
    assertThat(report(published("second", 1), "--current", place, "-o", page.toString()))
        .as(console.err())
        .isZero();
    assertThat(page)
        .content()
        .containsPattern(
            "\"drift\":\\{\"place\":\"%s\",\"result\":\"[^\"]*/first\",\"earlierSamples\":10,"
                .formatted(Pattern.quote(place)))
        .containsPattern("\"tensors\":\\[\\{\"name\":\"values\",\"psi\":[0-9.]+");
  }

  private String published(String name, double mean) {
    CalibrationState state = state(mean);
    String place = folder.resolve(name).toString();
    byte[] model = name.getBytes(UTF_8);
    try (OutputCommit commit =
        OutputCommit.begin(new Configuration(), place, OutputCommit.IfPresent.REFUSE)) {
      commit.write("model.int8.onnx", model);
      commit.write("calibration/state.octcal", state.toBytes());
      commit.writeUnlisted(
          "result.json",
          "{\"status\": \"ok\", \"step\": \"quantize\", \"outputs\": [], \"gates\": []}"
              .getBytes(UTF_8));
      commit.publish(Map.of("state", state.sha256().hex()), Map.of());
    }
    return place;
  }

  private static CalibrationState state(double mean) {
    Digest digest = Digest.of(new byte[] {1});
    CalibrationState state = new CalibrationState(new CalibrationKey(digest, digest, digest));
    state.addNumerics(new Numerics("native", "avx2", "oneDNN 3.11.0", "L2 512K", 1));
    state.addSamples(new SampleCounts(10, 0, 0));
    Random random = new Random(1);
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + random.nextGaussian());
    }
    TensorStatistics statistics = new TensorStatistics();
    statistics.update(values);
    state.add("values", statistics);
    return state;
  }
}
