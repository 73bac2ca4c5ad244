package io.octant.jobs.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cluster that {@code dev/cluster} starts: one master, workers, executors in their own processes.
 */
public final class StandaloneCluster implements AutoCloseable {
  private static final Path SCRIPT = Path.of("../dev/cluster").toAbsolutePath().normalize();

  private final Path folder;

  /**
   * Nothing runs yet.
   *
   * @param folder gets logs and pids
   */
  public StandaloneCluster(Path folder) {
    this.folder = folder;
  }

  /** Starts what of a master and two workers does not run. */
  public StandaloneCluster up() throws IOException, InterruptedException {
    return up(2, Map.of());
  }

  /**
   * Starts what does not run.
   *
   * @param workers how many there are to be
   * @param environment of the workers that are started, and of their executors
   */
  public StandaloneCluster up(int workers, Map<String, String> environment)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("up", "--workers", Integer.toString(workers)));
    if (!Files.exists(folder.resolve("master.pid"))) {
      // Should this process be killed, the cluster ends by itself.
      command.addAll(List.of("--while", Long.toString(ProcessHandle.current().pid())));
    }
    run(environment, command);
    return this;
  }

  /** The master's URL. */
  public String url() throws IOException {
    return Files.readString(folder.resolve("master.url")).strip();
  }

  /** The pid of a worker, from 1 on. */
  public long worker(int number) throws IOException {
    return Long.parseLong(Files.readString(folder.resolve("worker-" + number + ".pid")).strip());
  }

  /** The pids of all executors of running jobs. */
  public List<Long> executors() throws IOException {
    List<Long> all = new ArrayList<>();
    for (int number = 1; Files.exists(folder.resolve("worker-" + number + ".pid")); number++) {
      ProcessHandle.of(worker(number)).stream()
          .flatMap(ProcessHandle::children)
          .filter(child -> commandLine(child).contains("CoarseGrainedExecutorBackend"))
          .forEach(child -> all.add(child.pid()));
    }
    return all;
  }

  /** The pid of an executor, by the identity that its job knows it by. */
  public Optional<Long> executor(String id) throws IOException {
    return executors().stream()
        .filter(
            pid ->
                ProcessHandle.of(pid)
                    .filter(p -> commandLine(p).contains("\0--executor-id\0" + id + "\0"))
                    .isPresent())
        .findFirst();
  }

  /** The arguments, each with a zero behind it; empty of a process that has ended. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(Map.of(), List.of("down"));
  }

  private void run(Map<String, String> environment, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
    command.addAll(arguments);
    command.addAll(List.of("--folder", folder.toString()));
    Path log = Files.createTempFile("cluster", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    int code = builder.start().waitFor();
    String said = Files.readString(log);
    Files.delete(log);
    if (code != 0) {
      throw new IOException("Cannot run " + command + ": " + said);
    }
  }
}
