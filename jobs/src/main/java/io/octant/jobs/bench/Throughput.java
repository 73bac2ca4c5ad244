package io.octant.jobs.bench;

import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * How fast a session runs when several threads share it, each with a context of its own.
 *
 * <p>Every thread runs one batch to warm up; then all of them run batch after batch for the given
 * time. A thread's rate counts its own whole batches over its own time, and the rates add up: no
 * batch is cut off at the end.
 *
 * @param samplesPerSecond over all threads, by the clock
 * @param batches run in the measured time, over all threads
 * @param samples in these batches
 * @param cpuNanos processor time of these threads
 */
public record Throughput(double samplesPerSecond, long batches, long samples, long cpuNanos) {

  private static final Throughput NONE = new Throughput(0, 0, 0, 0);

  /**
   * Measures.
   *
   * @param inputs one batch, which every run is fed with
   * @param threads at least 1
   * @param time how long to run; each thread runs at least one batch
   * @throws OctantException if a run fails
   */
  public static Throughput of(Session session, List<Tensor> inputs, int threads, Duration time) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<ExecutionContext> contexts = new ArrayList<>();
    try {
      for (int i = 0; i < threads; i++) {
        contexts.add(session.newContext());
      }
      int samples = TensorSpec.batch(session.inputs());
      runAll(pool, contexts, context -> run(context, inputs, samples, Duration.ZERO));
      return runAll(pool, contexts, context -> run(context, inputs, samples, time));
    } finally {
      pool.shutdownNow();
      contexts.forEach(ExecutionContext::close);
    }
  }

  private interface Measurement {
    Throughput of(ExecutionContext context);
  }

  private static Throughput runAll(
      ExecutorService pool, List<ExecutionContext> contexts, Measurement measurement) {
    List<Callable<Throughput>> tasks = new ArrayList<>();
    for (ExecutionContext context : contexts) {
      tasks.add(() -> measurement.of(context));
    }
    try {
      Throughput sum = NONE;
      for (Future<Throughput> thread : pool.invokeAll(tasks)) {
        sum = sum.plus(thread.get());
      }
      return sum;
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNull(e.getCause());
      throw new OctantException("Cannot run session: " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OctantException("Cannot run session: interrupted", e);
    }
  }

  private static Throughput run(
      ExecutionContext context, List<Tensor> inputs, int samples, Duration time) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    long cpuBegin = clock.getCurrentThreadCpuTime();
    long begin = System.nanoTime();
    long batches = 0;
    long elapsed;
    do {
      context.run(inputs, samples);
      batches++;
      elapsed = System.nanoTime() - begin;
    } while (elapsed < time.toNanos());
    return new Throughput(
        batches * (double) samples * 1e9 / elapsed,
        batches,
        batches * samples,
        clock.getCurrentThreadCpuTime() - cpuBegin);
  }

  private Throughput plus(Throughput other) {
    return new Throughput(
        samplesPerSecond + other.samplesPerSecond,
        batches + other.batches,
        samples + other.samples,
        cpuNanos + other.cpuNanos);
  }

  /** Samples for a second of processor time, which stays comparable on a machine that is busy. */
  public double samplesPerCpuSecond() {
    return samples * 1e9 / cpuNanos;
  }
}
