package io.octant.jobs.report;

import io.octant.jobs.console.Console;
import io.octant.jobs.console.Console.Terminal;
import io.octant.pipeline.PhaseListener;
import io.octant.pipeline.output.Phase;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.StageInfo;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Shows the phases of a run: a bar of Spark tasks with samples a second and the time left, redrawn
 * every second on a terminal; elsewhere a line when a phase ends, and one every ten seconds while
 * it lasts. Both go on when nothing happens: what a phase does at the moment is said then.
 *
 * <p>Phases come from the thread of the run, tasks from Spark's listener thread, somewhat late:
 * tasks belong to the phase whose title their job carries as its description, and those that come
 * after its end are not shown. Only successful tasks count, so that a retry does not count twice.
 */
public final class Progress extends SparkListener implements PhaseListener, AutoCloseable {

  private static final String STOPPED =
      "Cannot complete the run: told to stop, nothing is published";
  private static final int WIDTH = 30;
  private static final long PLAIN_INTERVAL_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private final Terminal terminal;
  private final LongSupplier nanoTime;
  private final Set<Integer> stages = new HashSet<>();
  private @Nullable Phase phase;
  private long startNanos;
  private long shownNanos;
  private int tasks;
  private int done;
  private long samples;
  private String doing = "";
  private int drawn;
  private final @Nullable ScheduledExecutorService clock;

  /** Shows on the console's standard error. */
  public Progress(Console console) {
    this(console.err(), console.terminal(), System::nanoTime, clock());
    if (clock != null) {
      clock.scheduleWithFixedDelay(this::tick, 1, 1, TimeUnit.SECONDS);
    }
  }

  private static ScheduledExecutorService clock() {
    return Executors.newSingleThreadScheduledExecutor(
        task -> {
          Thread thread = new Thread(task, "octant-progress");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Without a clock: {@link #tick} is called by others. */
  Progress(PrintStream out, Terminal terminal, LongSupplier nanoTime) {
    this(out, terminal, nanoTime, null);
  }

  private Progress(
      PrintStream out,
      Terminal terminal,
      LongSupplier nanoTime,
      @Nullable ScheduledExecutorService clock) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** A second has passed. */
  synchronized void tick() {
    if (phase != null) {
      show(phase);
    }
  }

  @Override
  public synchronized void started(Phase started) {
    phase = started;
    startNanos = nanoTime.getAsLong();
    shownNanos = startNanos;
    tasks = 0;
    done = 0;
    samples = 0;
    doing = "";
    stages.clear();
    if (terminal == Terminal.INTERACTIVE) {
      redraw(started);
    }
  }

  @Override
  public synchronized void busy(String what) {
    if (phase != null) {
      String begin = terminal == Terminal.INTERACTIVE ? "\r" : "";
      out.println(begin + String.format(Locale.ROOT, "%-10s %s", phase.title(), what));
    }
  }

  @Override
  public synchronized void doing(String what) {
    doing = what;
  }

  @Override
  public synchronized void expects(long expected) {
    samples = expected;
  }

  @Override
  public synchronized void finished(Phase finished, double seconds) {
    done = tasks;
    doing = "";
    endLine(finished);
    phase = null;
  }

  /** Not synchronized: a thread that draws may hold the lock for as long as the process ends. */
  @Override
  public void stopped() {
    out.println((terminal == Terminal.INTERACTIVE ? "\n" : "") + "octant: " + STOPPED);
  }

  @Override
  public synchronized void onJobStart(SparkListenerJobStart start) {
    String description = start.properties().getProperty("spark.job.description");
    if (phase == null || !phase.title().equals(description)) {
      return;
    }
    for (StageInfo stage : CollectionConverters.asJava(start.stageInfos())) {
      tasks += stage.numTasks();
      stages.add(stage.stageId());
    }
    show(phase);
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    if (phase != null && stages.contains(end.stageId()) && end.taskInfo().successful()) {
      done++;
      show(phase);
    }
  }

  /** Ends the line of a phase that did not finish. */
  @Override
  public synchronized void close() {
    if (phase != null && terminal == Terminal.INTERACTIVE) {
      endLine(phase);
    }
    phase = null;
    if (clock != null) {
      clock.shutdownNow();
    }
  }

  private void show(Phase current) {
    if (terminal == Terminal.INTERACTIVE) {
      redraw(current);
    } else if (nanoTime.getAsLong() - shownNanos >= PLAIN_INTERVAL_NANOS) {
      out.println(text(current));
      shownNanos = nanoTime.getAsLong();
    }
  }

  /** Blanks cover what is left of a longer line. */
  private void redraw(Phase current) {
    String text = text(current);
    out.print("\r" + text + " ".repeat(Math.max(0, drawn - text.length())));
    out.flush();
    drawn = text.length();
  }

  private void endLine(Phase current) {
    if (terminal == Terminal.INTERACTIVE) {
      redraw(current);
      out.println();
      drawn = 0;
    } else {
      out.println(text(current));
    }
  }

  private String text(Phase current) {
    double seconds = (nanoTime.getAsLong() - startNanos) / 1e9;
    if (tasks == 0) {
      String what = doing.isEmpty() ? "" : doing + ", ";
      return String.format(Locale.ROOT, "%-10s %s%.1f s", current.title(), what, seconds);
    }
    int ended = Math.min(done, tasks);
    int filled = WIDTH * ended / tasks;
    return String.format(
        Locale.ROOT,
        "%-10s [%s%s] %d/%d tasks, %.1f s%s%s",
        current.title(),
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        ended,
        tasks,
        seconds,
        rate(ended, seconds),
        left(ended, seconds));
  }

  /** Tasks are taken to have equally many samples. */
  private String rate(int ended, double seconds) {
    double ran = (double) samples * ended / tasks;
    return ran > 0 && seconds > 0
        ? String.format(Locale.ROOT, ", about %,.0f samples/s", ran / seconds)
        : "";
  }

  private String left(int ended, double seconds) {
    if (ended == 0 || ended == tasks) {
      return "";
    }
    long left = Math.round(seconds * (tasks - ended) / ended);
    return left < 60
        ? String.format(Locale.ROOT, ", about %d s left", left)
        : String.format(Locale.ROOT, ", about %d min left", (left + 59) / 60);
  }
}
