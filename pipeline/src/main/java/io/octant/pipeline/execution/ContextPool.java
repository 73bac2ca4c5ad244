package io.octant.pipeline.execution;

import io.octant.calibration.Statistic;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.tensor.Tensor;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * Contexts of a session that go from task to task: the first touch of their memory takes as long as
 * a sample or more. There are never more than there were tasks at once. Thread-safe.
 */
final class ContextPool {
  private final Session session;

  /** The one used last is the first to be lent: its memory may be in a cache. */
  private final Deque<ExecutionContext> idle = new ConcurrentLinkedDeque<>();

  ContextPool(Session session) {
    this.session = session;
  }

  /** A context as good as new, which closing gives back. */
  ExecutionContext lend() {
    ExecutionContext context = idle.pollFirst();
    return new Lent(context == null ? session.newContext() : context);
  }

  /** Closes those that are not lent. */
  void closeIdle() {
    for (ExecutionContext c = idle.pollFirst(); c != null; c = idle.pollFirst()) {
      c.close();
    }
  }

  /** Those that are not lent. */
  int size() {
    return idle.size();
  }

  /** A context for one task. */
  private final class Lent implements ExecutionContext {
    private final ExecutionContext context;
    private boolean drained = true;
    private boolean failed;
    private boolean closed;

    Lent(ExecutionContext context) {
      this.context = context;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs, int validSamples) {
      requireOpen();
      drained = false;
      failed = true;
      List<Tensor> outputs = context.run(inputs, validSamples);
      failed = false;
      return outputs;
    }

    @Override
    public Map<String, Statistic<?>> drainStatistics() {
      requireOpen();
      failed = true;
      Map<String, Statistic<?>> statistics = context.drainStatistics();
      failed = false;
      drained = true;
      return statistics;
    }

    private void requireOpen() {
      if (closed) {
        throw new IllegalStateException("Cannot use context: it is closed");
      }
    }

    @Override
    public void close() {
      if (closed) {
        return;
      }
      closed = true;
      if (failed || (!drained && !context.drainStatistics().isEmpty())) {
        // The next task would find what this one has left.
        context.close();
      } else {
        idle.addFirst(context);
      }
    }
  }
}
