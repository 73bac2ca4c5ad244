package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.cluster.SparkProcess;
import io.octant.jobs.cluster.StageProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A job whose driver is a process of its own, as spark-submit starts it. */
final class SubmittedJob extends FaultedJob {
  private static final String PREFIX = "octant: ";

  private final SparkProcess process;

  SubmittedJob(Path expected, String output, SparkProcess process) {
    super(expected, output);
    this.process = process;
  }

  void signal(String name) throws IOException, InterruptedException {
    process.signal(name);
  }

  @Override
  int exitCode() throws Exception {
    return process.exitCode();
  }

  @Override
  String message() throws IOException {
    List<String> messages =
        log().lines().filter(line -> line.startsWith(PREFIX + "Cannot ")).toList();
    assertThat(messages).as(log()).hasSize(1);
    return messages.get(0).substring(PREFIX.length());
  }

  @Override
  String log() throws IOException {
    return process.log();
  }

  @Override
  Optional<StageProgress> progress(String phase) throws IOException {
    return StageProgress.of(log(), phase);
  }

  @Override
  boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.close();
  }
}
