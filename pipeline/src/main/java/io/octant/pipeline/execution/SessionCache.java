package io.octant.pipeline.execution;

import io.octant.pipeline.execution.SessionSpec.CompiledSession;
import io.octant.pipeline.execution.SessionSpec.SessionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions shared by the tasks of a JVM, counted by the leases on them. Thread-safe: several tasks
 * that ask for one session at once compile it once.
 *
 * <p>A session that nobody leases stays for the next wave of tasks, up to a number of idle ones;
 * then the one idle longest is closed. The cache of the JVM closes as well what has been idle for
 * some time: an executor may live longer than the run that it worked for. Leased sessions are never
 * closed. The contexts of a session stay with it until another session is wanted that is not there.
 */
public final class SessionCache implements AutoCloseable {
  /** Validation runs two graphs in one task: both survive between two waves of tasks. */
  private static final int IDLE_SESSIONS = 2;

  /** Longer than a stage waits for its last task on another executor, as a rule. */
  private static final Duration IDLE_TIME = Duration.ofMinutes(2);

  // The tasks of an executor have nothing in common but their JVM: one cache for it.
  private static final SessionCache SHARED = swept(new SessionCache(IDLE_SESSIONS));

  private final int idleLimit;
  private final LongSupplier nanoTime;

  /** In the order of last use. */
  private final Map<SessionKey, Entry> entries = new LinkedHashMap<>();

  /**
   * @param idleLimit sessions to keep although nobody leases them
   */
  public SessionCache(int idleLimit) {
    this(idleLimit, System::nanoTime);
  }

  SessionCache(int idleLimit, LongSupplier nanoTime) {
    this.idleLimit = idleLimit;
    this.nanoTime = nanoTime;
  }

  /** Has what is idle for long closed, for as long as the JVM lives. */
  private static SessionCache swept(SessionCache cache) {
    Thread sweeper =
        new Thread(
            () -> {
              try {
                while (true) {
                  Thread.sleep(IDLE_TIME.toMillis() / 4);
                  cache.closeIdleFor(IDLE_TIME);
                }
              } catch (InterruptedException e) {
                // Nobody does that; then there is nothing more to do.
                Thread.currentThread().interrupt();
              }
            },
            "octant-idle-sessions");
    sweeper.setDaemon(true);
    sweeper.start();
    return cache;
  }

  /** The cache of this JVM. */
  public static SessionCache shared() {
    return SHARED;
  }

  /**
   * Leases a session, compiling it if this JVM has none yet. Blocks while another task compiles it.
   *
   * @throws io.octant.OctantException if it cannot be compiled; the next caller tries again
   */
  public SessionLease lease(SessionSpec spec) {
    SessionKey key = spec.key();
    Entry entry;
    List<Entry> others = List.of();
    synchronized (this) {
      if (!entries.containsKey(key)) {
        others = idle();
      }
      entry = entries.computeIfAbsent(key, k -> new Entry());
      entry.leases++;
    }
    // Another graph is wanted now, which needs the memory.
    others.forEach(Entry::closeIdleContexts);
    try {
      return new SessionLease(this, spec, entry.compiled(spec));
    } catch (Throwable t) {
      release(key);
      throw t;
    }
  }

  void release(SessionKey key) {
    List<Entry> closing;
    synchronized (this) {
      Entry entry = entries.remove(key);
      if (entry == null) {
        throw new IllegalStateException("Session " + key + " is not leased");
      }
      entry.leases--;
      entry.idleSince = nanoTime.getAsLong();
      if (entry.leases > 0 || entry.isCompiled()) {
        // Back in as the one used last.
        entries.put(key, entry);
      }
      closing = evict(idleLimit);
    }
    closing.forEach(Entry::closeSession);
  }

  private List<Entry> idle() {
    List<Entry> idle = new ArrayList<>(entries.values());
    idle.removeIf(e -> e.leases > 0);
    return idle;
  }

  private List<Entry> evict(int limit) {
    List<Entry> idle = idle();
    List<Entry> closing = idle.subList(0, Math.max(0, idle.size() - limit));
    entries.values().removeAll(closing);
    return closing;
  }

  /** Closes the sessions that nobody has leased for some time. */
  void closeIdleFor(Duration time) {
    List<Entry> closing;
    synchronized (this) {
      long now = nanoTime.getAsLong();
      closing = idle();
      closing.removeIf(e -> now - e.idleSince < time.toNanos());
      entries.values().removeAll(closing);
    }
    closing.forEach(Entry::closeSession);
  }

  /** Closes the sessions that nobody leases. */
  public void closeIdle() {
    List<Entry> closing;
    synchronized (this) {
      closing = evict(0);
    }
    closing.forEach(Entry::closeSession);
  }

  /** Sessions in this cache, leased or idle. */
  public synchronized int size() {
    return entries.size();
  }

  /** Leases that are open. */
  public synchronized int openLeases() {
    return entries.values().stream().mapToInt(e -> e.leases).sum();
  }

  @Override
  public void close() {
    closeIdle();
  }

  /** Its monitor is held while compiling; leases are guarded by the cache. */
  private static final class Entry {
    private int leases;
    private long idleSince;
    private volatile @Nullable CompiledSession compiled;

    synchronized CompiledSession compiled(SessionSpec spec) {
      CompiledSession known = compiled;
      if (known == null) {
        WorkMeter.shared().cacheMiss();
        known = spec.compile();
        compiled = known;
      } else {
        WorkMeter.shared().cacheHit();
      }
      return known;
    }

    boolean isCompiled() {
      return compiled != null;
    }

    void closeIdleContexts() {
      CompiledSession known = compiled;
      if (known != null) {
        known.contexts().closeIdle();
      }
    }

    void closeSession() {
      CompiledSession known = compiled;
      if (known != null) {
        known.close();
      }
    }
  }
}
