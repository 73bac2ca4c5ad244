package io.octant.jobs.cluster;

import java.util.List;

/**
 * What happened in a job, as Spark tells it.
 *
 * @param executorsLost reasons why executors were removed before the job ended
 * @param tasks attempts at tasks that have ended
 */
public record EventLog(List<String> executorsLost, List<Attempt> tasks) {
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
