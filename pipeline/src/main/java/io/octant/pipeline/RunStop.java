package io.octant.pipeline;

import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.RunReport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.ShutdownHookManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a run in order when the process is told to end: nothing is published any more, the report
 * says so, the lease is given back. What is published already stays.
 */
final class RunStop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunStop.class);

  /** Before Spark stops its context and Hadoop closes its file systems. */
  private static final int PRIORITY = 100;

  private final Configuration hadoop;
  private final QuantizationSpec spec;
  private final PhaseListener listener;
  private final String step;
  private final Runnable hook = this::stop;
  private @Nullable OutputCommit commit;
  private boolean stopped;

  RunStop(Configuration hadoop, QuantizationSpec spec, PhaseListener listener, String step) {
    this.hadoop = hadoop;
    this.spec = spec;
    this.listener = listener;
    this.step = step;
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.addShutdownHook(hook, PRIORITY);
    }
  }

  /** Takes charge of the output of the run. */
  synchronized void guard(OutputCommit started) {
    commit = started;
    if (stopped) {
      started.cancel();
    }
  }

  /** Whether the process ends; from then on the run's own failures are no news. */
  synchronized boolean hasStopped() {
    return stopped || ShutdownHookManager.get().isShutdownInProgress();
  }

  private synchronized void stop() {
    stopped = true;
    if (commit != null && !commit.cancel()) {
      return;
    }
    listener.stopped();
    try {
      if (commit != null) {
        commit.close();
      }
      StoppedException stop = new StoppedException(new InterruptedException());
      RunReport report =
          Recording.report(step, spec.versions(), spec.origin())
              .failed(stop, String.valueOf(stop.getMessage()));
      OutputCommit.recordFailure(hadoop, spec.output().path(), report);
    } catch (RuntimeException e) {
      LOG.warn("The stop is not recorded: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    ShutdownHookManager hooks = ShutdownHookManager.get();
    if (!hooks.isShutdownInProgress()) {
      hooks.removeShutdownHook(hook);
    }
  }
}
