package io.octant.jobs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Class paths that {@code dev/servers/fetch} leaves, and processes on them. */
final class Jars {
  private Jars() {}

  /**
   * The class path of a folder of the repository; fetched if it is not there.
   *
   * @throws AssertionError if it cannot be
   */
  static String of(String folder) throws IOException, InterruptedException {
    Path file = Path.of("..", folder, "target", "classpath");
    if (!Files.exists(file)) {
      fetch();
    }
    return Files.readString(file).strip();
  }

  private static void fetch() throws IOException, InterruptedException {
    Path log = Files.createTempFile("fetch-", ".log");
    Process fetch =
        new ProcessBuilder(Path.of("../dev/servers/fetch").toRealPath().toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!fetch.waitFor(15, TimeUnit.MINUTES) || fetch.exitValue() != 0) {
      fetch.destroyForcibly();
      throw new AssertionError("dev/servers/fetch fails:\n" + Files.readString(log));
    }
    Files.delete(log);
  }

  /**
   * Starts a Java program of bounded memory; both of its streams go to the log.
   *
   * @param words options of the JVM, main class and arguments
   */
  static Process start(Path log, String classPath, List<String> words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.command().addAll(List.of("-Xmx400m", "-XX:+UseSerialGC"));
    builder.command().addAll(List.of("-cp", classPath));
    builder.command().addAll(words);
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }
}
