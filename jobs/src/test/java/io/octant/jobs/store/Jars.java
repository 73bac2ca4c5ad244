package io.octant.jobs.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Class paths that {@code dev/servers/fetch} has left, and processes on them. */
final class Jars {
  private Jars() {}

  /**
   * The class path of a folder of the repository.
   *
   * @throws AssertionError if it was not fetched
   */
  static String of(String folder) throws IOException {
    Path file = Path.of("..", folder, "target", "classpath");
    if (!Files.exists(file)) {
      throw new AssertionError("No " + file + ": run dev/servers/fetch first");
    }
    return Files.readString(file).strip();
  }

  /** Starts a Java program of bounded memory; both of its streams go to the log. */
  static Process start(Path log, String classPath, String mainClass, String... arguments)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    builder.command().addAll(java.util.List.of("-Xmx400m", "-XX:+UseSerialGC", "-DLOG_LEVEL=warn"));
    builder.command().addAll(java.util.List.of("-cp", classPath, mainClass));
    builder.command().addAll(java.util.List.of(arguments));
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }
}
