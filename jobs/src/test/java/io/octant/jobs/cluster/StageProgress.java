package io.octant.jobs.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a stage of a job is, from what Spark logs at level info.
 *
 * @param stage its number
 * @param finished tasks that have ended well
 * @param executors on which tasks have ended well
 * @param lastExecutor that the last of the tasks was started on
 */
public record StageProgress(int stage, int finished, Set<String> executors, String lastExecutor) {
  public StageProgress {
    executors = Set.copyOf(executors);
  }

  /** The first stage of a job that a class of Octant runs; empty if it has not begun. */
  public static Optional<StageProgress> of(String log, String className) {
    Matcher begun =
        Pattern.compile("Submitting \\d+ missing tasks from \\w+ (\\d+) \\([^\\n]*at " + className)
            .matcher(log);
    if (!begun.find()) {
      return Optional.empty();
    }
    int stage = Integer.parseInt(begun.group(1));
    String of = " in stage " + stage + "\\.\\d+ \\(TID \\d+\\)";
    String last =
        Pattern.compile("Starting task \\d+\\.\\d+" + of + " \\([^,]*,executor (\\d+),")
            .matcher(log)
            .results()
            .map(m -> m.group(1))
            .reduce((a, b) -> b)
            .orElse("");
    List<String> finished =
        Pattern.compile(
                "Finished task \\d+\\.\\d+" + of + " in \\d+ ms on \\S+ \\(executor (\\w+)\\)")
            .matcher(log)
            .results()
            .map(m -> m.group(1))
            .toList();
    return Optional.of(new StageProgress(stage, finished.size(), new HashSet<>(finished), last));
  }
}
