package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.Job;
import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.StageProgress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;

/** A job whose driver is this process, on a session that other jobs use before and after it. */
final class EmbeddedJob extends FaultedJob {
  private final SparkSession spark;
  private final List<String> properties;
  private final StageWatch watch = new StageWatch();
  private final CompletableFuture<Job.End> end;

  EmbeddedJob(Path expected, String output, SparkSession spark, Job job, List<String> properties) {
    super(expected, output);
    this.spark = spark;
    this.properties = properties;
    spark.sparkContext().addSparkListener(watch);
    this.end =
        CompletableFuture.supplyAsync(() -> job.on(spark), task -> thread(task, spark).start());
  }

  private static Thread thread(Runnable task, SparkSession spark) {
    Thread thread = new Thread(task, "job");
    thread.setContextClassLoader(spark.sparkContext().hadoopConfiguration().getClassLoader());
    thread.setDaemon(true);
    return thread;
  }

  @Override
  int exitCode() throws Exception {
    return end.get(5, TimeUnit.MINUTES).exitCode();
  }

  @Override
  String message() throws Exception {
    return end.get(5, TimeUnit.MINUTES).message();
  }

  @Override
  String log() {
    return end.isDone() ? end.join() + " " + watch.events() : watch.events().toString();
  }

  @Override
  Optional<StageProgress> progress(String phase) {
    return watch.progress(phase);
  }

  @Override
  boolean isRunning() {
    return !end.isDone();
  }

  /** Waits for a speculative copy of a task of a stage. */
  void awaitCopy(int stage) throws InterruptedException {
    for (int tries = 0; watch.copies(stage) == 0; tries++) {
      assertThat(tries < 6000 && isRunning()).as("No copy of a task of stage " + stage).isTrue();
      Thread.sleep(10);
    }
  }

  /** Waits until what Spark tells of the job, which has ended, is as wanted. */
  void awaitEvents(String what, Predicate<EventLog> wanted) throws InterruptedException {
    for (int tries = 0; !wanted.test(watch.events()); tries++) {
      assertThat(tries).as("Not seen: " + what + "\n" + watch.events()).isLessThan(1500);
      Thread.sleep(10);
    }
  }

  @Override
  public void close() {
    try {
      end.get(5, TimeUnit.MINUTES);
    } catch (Exception e) {
      // Its checks have told what went wrong.
    }
    spark.sparkContext().removeSparkListener(watch);
    properties.forEach(spark.sparkContext().hadoopConfiguration()::unset);
  }
}
