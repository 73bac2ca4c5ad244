package io.octant.pipeline.execution;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.AccumulatorV2;

/**
 * The most memory that each executor of a run has held, by its id. The larger of two values is the
 * same however often it is heard, so tasks that are tried again or copied do no harm.
 */
public final class PeakMemory extends AccumulatorV2<MemoryUse, SortedMap<String, MemoryUse>> {
  private static final long serialVersionUID = 1L;

  private final TreeMap<String, MemoryUse> byExecutor = new TreeMap<>();

  /** Nothing known yet; the tasks of a context will tell. */
  public static PeakMemory of(SparkContext context) {
    PeakMemory peak = new PeakMemory();
    context.register(peak);
    return peak;
  }

  /** Adds what the executor of the calling task has used so far. */
  void addCurrent() {
    add(MemoryUse.ofProcess());
  }

  @Override
  public void add(MemoryUse use) {
    add(SparkEnv.get().executorId(), use);
  }

  private synchronized void add(String executor, MemoryUse use) {
    byExecutor.merge(executor, use, MemoryUse::max);
  }

  @Override
  public void merge(AccumulatorV2<MemoryUse, SortedMap<String, MemoryUse>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public synchronized SortedMap<String, MemoryUse> value() {
    return Collections.unmodifiableSortedMap(new TreeMap<>(byExecutor));
  }

  @Override
  public synchronized boolean isZero() {
    return byExecutor.isEmpty();
  }

  @Override
  public synchronized void reset() {
    byExecutor.clear();
  }

  @Override
  public synchronized PeakMemory copy() {
    PeakMemory copy = new PeakMemory();
    copy.byExecutor.putAll(byExecutor);
    return copy;
  }
}
