package io.octant.pipeline.evaluation;

import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.pipeline.execution.RunException;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The sessions of the candidates of one task. All stay open if they fit within the bound; else each
 * is opened when its turn comes and closed after it. A candidate that cannot be compiled or run is
 * told of in the totals and left out from then on.
 */
final class OpenCandidates implements AutoCloseable {
  // Those of one wave of tasks serve the next; on a cluster they go with the executor.
  private static final SessionCache SESSIONS = new SessionCache(Integer.MAX_VALUE);

  /** A wave is at least so large if sessions come and go, bound or not. */
  private static final long LEAST_WAVE_BYTES = 1L << 20;

  private final List<Evaluated> running;
  private final List<SessionLease> leases = new ArrayList<>();
  private final List<ExecutionContext> contexts = new ArrayList<>();
  private final EvaluationTotals totals;
  private long waveBytes;

  private OpenCandidates(List<Evaluated> running, EvaluationTotals totals) {
    this.running = new ArrayList<>(running);
    this.totals = totals;
  }

  /**
   * Opens as many as fit.
   *
   * @param candidates who is to run
   * @param totals hear of failures
   * @param room what there is for all, in this executor
   */
  static OpenCandidates of(List<Evaluated> candidates, EvaluationTotals totals, Room room) {
    OpenCandidates open = new OpenCandidates(candidates, totals);
    try {
      open.openAll(room);
      return open;
    } catch (RuntimeException | Error e) {
      open.close();
      throw e;
    }
  }

  private void openAll(Room room) {
    long used = 0;
    long largest = 0;
    for (Evaluated candidate : List.copyOf(running)) {
      try {
        SessionLease lease = SESSIONS.lease(candidate.session());
        leases.add(lease);
        long bytes = room.of(lease.session().memory());
        used += bytes;
        largest = Math.max(largest, bytes);
        contexts.add(lease.context());
      } catch (OctantException e) {
        fail(candidate, e);
      }
      if (used > room.bytes()) {
        close();
        SESSIONS.closeIdle();
        waveBytes = Math.max(LEAST_WAVE_BYTES, room.without(largest).ofTask());
        return;
      }
    }
  }

  /** Bytes of batches to gather before the candidates run; 0 if they run batch by batch. */
  long waveBytes() {
    return waveBytes;
  }

  /** Has each candidate run. */
  void forEach(BiConsumer<Evaluated, ExecutionContext> pass) {
    for (Evaluated candidate : List.copyOf(running)) {
      try {
        if (waveBytes == 0) {
          pass.accept(candidate, contexts.get(running.indexOf(candidate)));
        } else {
          try (SessionLease lease = SESSIONS.lease(candidate.session());
              ExecutionContext context = lease.context()) {
            pass.accept(candidate, context);
          }
          SESSIONS.closeIdle();
        }
      } catch (OctantException e) {
        fail(candidate, e);
      }
    }
  }

  /** What is wrong with the run and not with a candidate ends the run. */
  private void fail(Evaluated candidate, OctantException e) {
    if (e instanceof RunException) {
      throw e;
    }
    int at = running.indexOf(candidate);
    running.remove(at);
    if (at < contexts.size()) {
      contexts.remove(at).close();
    }
    if (at < leases.size()) {
      leases.remove(at).close();
    }
    totals.model(candidate.index()).failed(String.valueOf(e.getMessage()));
  }

  /** Closes the sessions of this JVM that no task holds. */
  static void closeIdle() {
    SESSIONS.closeIdle();
  }

  @Override
  public void close() {
    contexts.forEach(ExecutionContext::close);
    contexts.clear();
    leases.forEach(SessionLease::close);
    leases.clear();
  }
}
