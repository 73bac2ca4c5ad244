package io.octant.jobs.faults;

import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.StageProgress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.scheduler.TaskInfo;

/** What happens in a session of this process while one job runs. */
final class StageWatch extends SparkListener {
  private final Map<Integer, String> stages = new TreeMap<>();
  private final Map<Integer, String> lastExecutors = new TreeMap<>();
  private final Map<Integer, Integer> copies = new TreeMap<>();
  private final List<EventLog.Attempt> ended = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted event) {
    stages.put(event.stageInfo().stageId(), event.stageInfo().name());
  }

  @Override
  public synchronized void onTaskStart(SparkListenerTaskStart event) {
    lastExecutors.put(event.stageId(), event.taskInfo().executorId());
    if (event.taskInfo().speculative()) {
      copies.merge(event.stageId(), 1, Integer::sum);
    }
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd event) {
    TaskInfo info = event.taskInfo();
    ended.add(
        new EventLog.Attempt(
            event.stageId(),
            info.index(),
            info.attemptNumber(),
            info.speculative(),
            info.executorId(),
            event.reason().getClass().getSimpleName().replace("$", "")));
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved event) {
    lost.add(event.reason());
  }

  /** The first stage of a phase, as soon as it has begun. */
  synchronized Optional<StageProgress> progress(String phase) {
    return stages.entrySet().stream()
        .filter(stage -> stage.getValue().matches(".* at " + phase + ".*"))
        .map(Map.Entry::getKey)
        .findFirst()
        .map(this::progress);
  }

  private StageProgress progress(int stage) {
    int finished = 0;
    Set<String> executors = new HashSet<>();
    for (EventLog.Attempt attempt : ended) {
      if (attempt.stage() == stage && attempt.end().equals("Success")) {
        finished++;
        executors.add(attempt.executor());
      }
    }
    return new StageProgress(stage, finished, executors, lastExecutors.getOrDefault(stage, ""));
  }

  /** How many speculative copies of a stage's tasks have started. */
  synchronized int copies(int stage) {
    return copies.getOrDefault(stage, 0);
  }

  /** All that has ended so far. */
  synchronized EventLog events() {
    return new EventLog(lost, ended);
  }
}
