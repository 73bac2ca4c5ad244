package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** A command in a process of its own, on the class path of the tests. */
public final class JobProcess {
  private JobProcess() {}

  /** Starts it; both of its streams go to the log. */
  static Process start(Path log, List<String> arguments) throws IOException {
    return start(log, "", Map.of(), arguments);
  }

  /**
   * The same with further jars.
   *
   * @param furtherJars with colons between them
   * @param environment further variables
   */
  public static Process start(
      Path log, String furtherJars, Map<String, String> environment, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Spark needs the packages that are opened to it.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> a.startsWith("--add-") || a.startsWith("-XX:+IgnoreUnrecognized"))
        .forEach(command::add);
    String classPath = System.getProperty("java.class.path") + ":" + furtherJars;
    command.addAll(List.of("-cp", classPath, Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** Waits until something holds while the process runs. */
  static void await(Path log, Process job, Callable<Boolean> condition) throws Exception {
    while (job.isAlive() && !condition.call()) {
      Thread.sleep(20);
    }
    assertThat(job.isAlive()).as(Files.readString(log)).isTrue();
  }
}
