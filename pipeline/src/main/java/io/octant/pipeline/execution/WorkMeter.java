package io.octant.pipeline.execution;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/**
 * What the tasks of this process have done since it began, those that failed or were copies of
 * others included: for those who watch a job, not for its results. Thread-safe.
 */
public final class WorkMeter {
  // The tasks of an executor have nothing in common but their JVM, and it is asked how it is.
  private static final WorkMeter SHARED = new WorkMeter();

  private final LongAdder samples = new LongAdder();
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder readNanos = new LongAdder();
  private final LongAdder computeNanos = new LongAdder();
  private final LongAdder mergeNanos = new LongAdder();
  private final LongAdder cacheHits = new LongAdder();
  private final LongAdder cacheMisses = new LongAdder();

  WorkMeter() {}

  /** The meter of this JVM. */
  public static WorkMeter shared() {
    return SHARED;
  }

  /** Gets samples: from storage, decoded and prepared. */
  <T> T reading(Supplier<T> work) {
    return timed(readNanos, work);
  }

  /**
   * Runs graphs over samples.
   *
   * @param bytes that the samples are as the graphs take them
   */
  public void computing(int count, long bytes, Runnable work) {
    samples.add(count);
    bytesRead.add(bytes);
    timed(
        computeNanos,
        () -> {
          work.run();
          return true;
        });
  }

  /** Takes what was observed from the observers, encodes states or adds them up. */
  public <T> T merging(Supplier<T> work) {
    return timed(mergeNanos, work);
  }

  void cacheHit() {
    cacheHits.increment();
  }

  void cacheMiss() {
    cacheMisses.increment();
  }

  /** Samples that graphs were run over. */
  public long samples() {
    return samples.sum();
  }

  /** Bytes that these samples are as the graphs take them. */
  public long bytesRead() {
    return bytesRead.sum();
  }

  /** Seconds, over all tasks, of reading. */
  public double readSeconds() {
    return readNanos.sum() / 1e9;
  }

  /** Seconds, over all tasks, of running graphs. */
  public double computeSeconds() {
    return computeNanos.sum() / 1e9;
  }

  /** Seconds, over all tasks, of merging. */
  public double mergeSeconds() {
    return mergeNanos.sum() / 1e9;
  }

  /** Tasks that found the session they asked for. */
  public long cacheHits() {
    return cacheHits.sum();
  }

  /** Tasks for which a session was compiled. */
  public long cacheMisses() {
    return cacheMisses.sum();
  }

  private static <T> T timed(LongAdder nanos, Supplier<T> work) {
    long begin = System.nanoTime();
    try {
      return work.get();
    } finally {
      nanos.add(System.nanoTime() - begin);
    }
  }
}
