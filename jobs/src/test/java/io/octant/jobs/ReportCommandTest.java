package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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
    assertThat(Path.of(page)).doesNotExist();
  }
}
