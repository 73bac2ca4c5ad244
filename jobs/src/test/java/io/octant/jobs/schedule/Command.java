package io.octant.jobs.schedule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that has ended.
 *
 * @param exitCode what it ended with
 * @param log what it has written
 */
record Command(int exitCode, String log) {

  /**
   * Runs a program to its end.
   *
   * @param bin comes first in its {@code PATH}
   * @param environment further variables
   */
  static Command run(Path folder, Path bin, Map<String, String> environment, List<String> words)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(folder, "command-", ".log");
    List<String> command = new ArrayList<>(List.of("env")); // which looks in the new PATH
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().putAll(environment);
    builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        throw new AssertionError("Still running after 10 minutes:\n" + Files.readString(log));
      }
      return new Command(process.exitValue(), Files.readString(log));
    } finally {
      process.destroyForcibly();
    }
  }
}
