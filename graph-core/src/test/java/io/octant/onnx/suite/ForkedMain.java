package io.octant.onnx.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a process of its own with 512 MB: what it leaves behind hurts no test. */
public final class ForkedMain {
  private ForkedMain() {}

  /**
   * What the process prints, line by line.
   *
   * @throws AssertionError with all that it printed, if it does not end in time and with 0
   */
  public static List<String> lines(Class<?> main, Duration limit, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("forked", ".txt");
    try {
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx512m",
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  main.getName()));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
      process.destroyForcibly();
      String text = Files.readString(out, StandardCharsets.UTF_8);
      assertThat(ended).as(text).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      return text.lines().toList();
    } finally {
      Files.delete(out);
    }
  }
}
