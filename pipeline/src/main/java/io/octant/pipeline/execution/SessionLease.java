package io.octant.pipeline.execution;

import io.octant.calibration.Numerics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;

/**
 * A task's hold on a shared session. While one is open the session stays; closing gives it back.
 */
public final class SessionLease implements AutoCloseable {
  private final SessionCache cache;
  private final SessionSpec spec;
  private final SessionSpec.CompiledSession compiled;
  private boolean closed;

  SessionLease(SessionCache cache, SessionSpec spec, SessionSpec.CompiledSession compiled) {
    this.cache = cache;
    this.spec = spec;
    this.compiled = compiled;
  }

  /**
   * The shared session.
   *
   * @throws IllegalStateException if the lease is closed
   */
  public Session session() {
    requireOpen();
    return compiled.session();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The lease of session " + spec.key() + " is closed");
    }
  }

  /** What the float sums of the kernels depend on. */
  public Numerics numerics() {
    return compiled.numerics();
  }

  /**
   * A context for the calling task alone, with empty observers. It may have served another task;
   * close it before the lease.
   *
   * @throws IllegalStateException if the lease is closed
   */
  public ExecutionContext context() {
    requireOpen();
    return compiled.contexts().lend();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      spec.used();
      cache.release(spec.key());
    }
  }
}
