package io.octant.jobs.bench;

import io.octant.engine.CoreLimits;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a run goes, step by step, on one thread.
 *
 * <p>Equal steps of one node, such as two copies of it, are one line. Rates are for whole buffers:
 * a step that reads part of one shows more bytes than it moves.
 */
final class Profile {
  /** Time of a step in its fastest run, so that what else the machine does is not in it. */
  private static final class Taken {
    private final PlanStep step;
    private long nanos;
    private int times;
    private long fastest = Long.MAX_VALUE;

    Taken(PlanStep step) {
      this.step = step;
    }

    void ran() {
      fastest = Math.min(fastest, nanos);
      nanos = 0;
    }

    double seconds() {
      return fastest / 1e9;
    }
  }

  private final Map<PlanStep, Taken> steps = new LinkedHashMap<>();
  private final CoreLimits limits;
  private final double copyRate = CoreLimits.copyRate();
  private int runs;

  private Profile(CoreLimits limits) {
    this.limits = limits;
  }

  /** Runs a batch again and again for the given time, once at least, after one to warm up. */
  static Profile of(Engine engine, Session session, List<Tensor> inputs, Duration time) {
    Profile profile = new Profile(engine.limits());
    int samples = TensorSpec.batch(session.inputs());
    try (ExecutionContext context = session.newContext(profile::took)) {
      context.run(inputs, samples);
      profile.steps.clear();
      long begin = System.nanoTime();
      do {
        context.run(inputs, samples);
        profile.steps.values().forEach(Taken::ran);
        profile.runs++;
      } while (System.nanoTime() - begin < time.toNanos());
    }
    return profile;
  }

  private void took(PlanStep step, long nanos) {
    Taken taken = steps.computeIfAbsent(step, Taken::new);
    taken.nanos += nanos;
    taken.times++;
  }

  /**
   * A table, the longest step first: milliseconds of its fastest run, share of all, 10⁹
   * multiply-adds a second, 10⁹ bytes a second, share of what the core does at most of the one or
   * moves of the other, whichever is more, kernel with its implementation, nodes. Beyond 100 % are
   * steps whose data lie in a cache, and convolutions by fewer products. A mark stands before steps
   * on the reference operators or on a plain loop of oneDNN.
   */
  List<String> lines() {
    double all = steps.values().stream().mapToDouble(t -> t.seconds()).sum();
    List<String> out = new ArrayList<>();
    out.add(
        String.format(
            Locale.ROOT,
            "%.3f ms a run, %d steps, %d runs; this core does %.1f GMAC/s in float and %.1f in 8"
                + " bits, and a copy in memory moves %.1f GB/s",
            all * 1e3,
            steps.size(),
            runs,
            limits.floatMultiplyAdds() / 1e9,
            limits.integerMultiplyAdds() / 1e9,
            copyRate / 1e9));
    out.add(
        String.format(
            "  %9s %6s %8s %7s %6s  %s", "ms", "share", "GMAC/s", "GB/s", "limit", "step"));
    steps.values().stream()
        .sorted(Comparator.comparingLong((Taken t) -> t.fastest).reversed())
        .forEach(t -> out.add(line(t, all)));
    return out;
  }

  private String line(Taken taken, double all) {
    PlanStep step = taken.step;
    double seconds = taken.seconds();
    double each = (double) taken.times / runs;
    return String.format(
        Locale.ROOT,
        "%s %9.3f %5.1f%% %8s %7s %6s  %s",
        step.isSlow() ? "!" : " ",
        seconds * 1e3,
        100 * seconds / all,
        rate(step.work().multiplyAdds() * each, seconds),
        rate(step.work().bytes() * each, seconds),
        limit(step.work(), seconds / each),
        named(step));
  }

  /** Share of the core's limit, in percent. */
  private String limit(PlanStep.Work work, double seconds) {
    double most = work.integer() ? limits.integerMultiplyAdds() : limits.floatMultiplyAdds();
    double computing = most == 0 ? 0 : work.multiplyAdds() / seconds / most;
    double share = Math.max(computing, work.bytes() / seconds / copyRate);
    return share == 0 ? "" : String.format(Locale.ROOT, "%.0f%%", 100 * share);
  }

  /** Operator, implementation, nodes and reason. */
  static String named(PlanStep step) {
    return step.operator()
        + " "
        + step.implementation()
        + (step.nodes().isEmpty() ? "" : " " + String.join(",", step.nodes()))
        + (step.reason().isEmpty() ? "" : " (" + step.reason() + ")");
  }

  private static String rate(double amount, double seconds) {
    return amount == 0 ? "" : String.format(Locale.ROOT, "%.1f", amount / seconds / 1e9);
  }
}
