package io.octant.jobs.report;

import io.octant.jobs.Console;
import io.octant.jobs.Console.Terminal;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Draws the progress of Spark jobs that carry a description: a bar that is redrawn on a terminal, a
 * line at the start and at the end of each job anywhere else. Jobs without a description are
 * Spark's own and stay silent.
 *
 * <p>Counts successful tasks only, so a retried task does not count twice. Called by Spark's
 * listener thread alone.
 */
public final class Progress extends SparkListener {

  private static final int WIDTH = 30;

  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final Map<Integer, Bar> barByJob = new HashMap<>();
  private final Map<Integer, Bar> barByStage = new HashMap<>();

  public Progress(Console console) {
    this(console.err(), console.terminal(), System::nanoTime);
  }

  Progress(PrintStream out, Terminal terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onJobStart(SparkListenerJobStart start) {
    String description = start.properties().getProperty("spark.job.description");
    if (description == null) {
      return;
    }
    Bar bar = new Bar(description, nanoTime.getAsLong());
    for (StageInfo stage : CollectionConverters.asJava(start.stageInfos())) {
      bar.tasks += stage.numTasks();
      barByStage.put(stage.stageId(), bar);
    }
    barByJob.put(start.jobId(), bar);
    draw(bar);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    Bar bar = barByStage.get(end.stageId());
    if (bar != null && end.taskInfo().successful()) {
      bar.done++;
      if (terminal == Terminal.INTERACTIVE) {
        draw(bar);
      }
    }
  }

  @Override
  public void onJobEnd(SparkListenerJobEnd end) {
    Bar bar = barByJob.remove(end.jobId());
    if (bar == null) {
      return;
    }
    barByStage.values().removeIf(other -> other == bar);
    draw(bar);
    if (terminal == Terminal.INTERACTIVE) {
      out.println();
    }
  }

  private void draw(Bar bar) {
    double seconds = (nanoTime.getAsLong() - bar.startNanos) / 1e9;
    int filled = bar.tasks == 0 ? WIDTH : WIDTH * bar.done / bar.tasks;
    String line =
        String.format(
            Locale.ROOT,
            "%-10s [%s%s] %d/%d tasks, %.1f s",
            bar.description,
            "=".repeat(filled),
            " ".repeat(WIDTH - filled),
            bar.done,
            bar.tasks,
            seconds);
    if (terminal == Terminal.INTERACTIVE) {
      out.print("\r" + line);
      out.flush();
    } else {
      out.println(line);
    }
  }

  /** The state of one job. */
  private static final class Bar {
    final String description;
    final long startNanos;
    int tasks;
    int done;

    Bar(String description, long startNanos) {
      this.description = description;
      this.startNanos = startNanos;
    }
  }
}
