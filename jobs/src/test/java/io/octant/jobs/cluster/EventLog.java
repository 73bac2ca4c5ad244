package io.octant.jobs.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What happened in a job, as Spark has recorded it.
 *
 * @param executorsLost reasons why executors were removed before the job ended
 * @param tasks attempts at tasks that have ended
 */
public record EventLog(List<String> executorsLost, List<Attempt> tasks) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * An attempt at a task.
   *
   * @param stage number of the stage
   * @param partition which of its tasks
   * @param attempt from 0 on
   * @param speculative whether it ran besides another
   * @param executor that it ran on
   * @param end {@code Success}, {@code ExecutorLostFailure}, {@code TaskKilled} and so on
   */
  public record Attempt(
      int stage, int partition, int attempt, boolean speculative, String executor, String end) {}

  public EventLog {
    executorsLost = List.copyOf(executorsLost);
    tasks = List.copyOf(tasks);
  }

  /** Options of spark-submit for a log in a folder that is there. */
  public static List<String> options(Path folder) {
    return List.of(
        "--conf", "spark.eventLog.enabled=true",
        "--conf", "spark.eventLog.compress=false",
        "--conf", "spark.eventLog.rolling.enabled=false",
        "--conf", "spark.eventLog.dir=" + folder.toUri());
  }

  /** Reads the log of the one job that has logged to the folder. */
  public static EventLog read(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(f -> f.getFileName().toString().startsWith("app-")).toList();
    }
    if (files.size() != 1) {
      throw new IOException("Cannot read event log: " + files + ", expected one file");
    }
    List<String> lost = new ArrayList<>();
    List<Attempt> tasks = new ArrayList<>();
    for (String line : Files.readAllLines(files.get(0))) {
      if (line.contains("SparkListenerExecutorRemoved")) {
        lost.add(MAPPER.readTree(line).get("Removed Reason").asText());
      } else if (line.contains("SparkListenerTaskEnd")) {
        tasks.add(attempt(MAPPER.readTree(line)));
      }
    }
    return new EventLog(lost, tasks);
  }

  private static Attempt attempt(JsonNode event) {
    JsonNode info = event.get("Task Info");
    return new Attempt(
        event.get("Stage ID").asInt(),
        info.get("Index").asInt(),
        info.get("Attempt").asInt(),
        info.get("Speculative").asBoolean(),
        info.get("Executor ID").asText(),
        event.at("/Task End Reason/Reason").asText());
  }

  /** All attempts at the task of one. */
  public List<Attempt> besides(Attempt one) {
    return tasks.stream()
        .filter(t -> t.stage() == one.stage() && t.partition() == one.partition())
        .toList();
  }

  /** Attempts that ended so and whose task was carried out by another attempt. */
  public List<Attempt> madeUpFor(String end) {
    return tasks.stream()
        .filter(t -> t.end().equals(end))
        .filter(t -> besides(t).stream().anyMatch(other -> other.end().equals("Success")))
        .toList();
  }
}
