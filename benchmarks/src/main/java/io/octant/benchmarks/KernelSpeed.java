package io.octant.benchmarks;

import io.octant.engine.CoreLimits;
import io.octant.kernels.NativeEngine;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What kernels do beside what the core does at most: {@code KernelSpeed [NAME…]}, a part of a name
 * for each, all by default. Prints nanoseconds a value, 10⁹ products and bytes a second, and the
 * larger share of the limits: products on registers, bytes of a copy of what no cache holds.
 */
public final class KernelSpeed {
  private KernelSpeed() {}

  /** Prints a line for each kernel. */
  public static void main(String[] args) throws RunnerException {
    String[] kernels =
        Arrays.stream(KernelBenchmark.Kernel.values())
            .map(Enum::name)
            .filter(
                n ->
                    args.length == 0
                        || Arrays.stream(args)
                            .anyMatch(a -> n.contains(a.toUpperCase(Locale.ROOT))))
            .toArray(String[]::new);
    if (kernels.length == 0) {
      System.err.println(
          "Cannot measure "
              + String.join(" ", args)
              + ": no such kernel, expected a part of "
              + Arrays.toString(KernelBenchmark.Kernel.values()));
      System.exit(2);
    }
    NativeEngine engine = new NativeEngine();
    CoreLimits limits = engine.limits();
    double copy = CoreLimits.copyRate();
    System.out.printf(
        Locale.ROOT,
        "%s: %.1f GMAC/s in float and %.1f in 8 bits on registers, a copy in memory moves %.1f"
            + " GB/s%n%-34s %10s %12s %8s %8s %6s%n",
        engine.isa(),
        limits.floatMultiplyAdds() / 1e9,
        limits.integerMultiplyAdds() / 1e9,
        copy / 1e9,
        "kernel",
        "ns a value",
        "µs (± )",
        "GMAC/s",
        "GB/s",
        "limit");
    Collection<RunResult> results =
        new Runner(
                new OptionsBuilder()
                    .include(KernelBenchmark.class.getName())
                    .param("kernel", kernels)
                    .verbosity(VerboseMode.SILENT)
                    .build())
            .run();
    results.forEach(r -> System.out.println(line(r, limits, copy)));
  }

  private static String line(RunResult result, CoreLimits limits, double copy) {
    double values = rate(result, "values");
    double floats = rate(result, "floatProducts");
    double integers = rate(result, "integerProducts");
    double bytes = rate(result, "bytes");
    double share =
        Math.max(
            bytes / copy,
            Math.max(
                share(floats, limits.floatMultiplyAdds()),
                share(integers, limits.integerMultiplyAdds())));
    Result<?> runs = result.getPrimaryResult();
    return String.format(
        Locale.ROOT,
        "%-34s %10.3f %7.0f ±%3.0f%% %8s %8.1f %5.0f%%",
        result.getParams().getParam("kernel").toLowerCase(Locale.ROOT),
        1e9 / values,
        1e6 / runs.getScore(),
        100 * runs.getScoreError() / runs.getScore(),
        floats + integers == 0 ? "" : String.format(Locale.ROOT, "%.1f", (floats + integers) / 1e9),
        bytes / 1e9,
        100 * share);
  }

  private static double share(double rate, double limit) {
    return limit == 0 ? 0 : rate / limit;
  }

  private static double rate(RunResult result, String counter) {
    return Objects.requireNonNull(result.getSecondaryResults().get(counter), counter).getScore();
  }
}
