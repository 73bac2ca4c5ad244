package io.octant.jobs.state;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.SpecialCounts;
import io.octant.calibration.TensorStatistics;
import java.util.Arrays;
import java.util.Locale;

/** A calibration state: what it belongs to, and a line for each observer with a small histogram. */
public final class CalibrationStateText {

  private static final String LEVELS = " ▁▂▃▄▅▆▇█";
  private static final int COLUMNS = 32;

  private CalibrationStateText() {}

  /** What a state belongs to and what went into it, a line each. */
  public static String header(CalibrationState state) {
    SampleCounts samples = state.samples();
    StringBuilder text = new StringBuilder();
    line(text, "model", state.key().model().hex());
    line(text, "graph", state.key().preparedGraph().hex());
    line(text, "observers", state.key().observers().hex());
    line(text, "state", state.sha256().hex());
    line(
        text,
        "numerics",
        String.join(", ", state.numerics().stream().map(Numerics::toString).toList()));
    line(
        text,
        "samples",
        String.format(
            Locale.ROOT,
            "%,d, %,d with NaN, %,d with infinity",
            samples.samples(),
            samples.withNan(),
            samples.withInfinity()));
    return text.toString();
  }

  /**
   * Describes a state: its header, a line for each observer, and the names of observers with other
   * statistics.
   */
  public static String of(CalibrationState state) {
    StringBuilder text = new StringBuilder(header(state)).append('\n');
    int width =
        state.statistics(TensorStatistics.KIND).keySet().stream()
            .mapToInt(String::length)
            .max()
            .orElse(0);
    width = Math.max(width, "observer".length());
    text.append(
        String.format(
            Locale.ROOT,
            "%-" + width + "s %15s %13s %13s %8s %8s  %s%n",
            "observer",
            "values",
            "min",
            "max",
            "zero",
            "not fin.",
            "histogram from min to max, square root of counts"));
    for (var entry : state.statistics(TensorStatistics.KIND).entrySet()) {
      text.append(row(width, entry.getKey(), entry.getValue()));
    }
    state.forEach(
        (observer, statistic) -> {
          if (!(statistic instanceof TensorStatistics)) {
            text.append(observer).append(": ").append(statistic).append('\n');
          }
        });
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-9s %s%n", name, value));
  }

  private static String row(int width, String observer, TensorStatistics statistics) {
    SpecialCounts special = statistics.special();
    return String.format(
        Locale.ROOT,
        "%-" + width + "s %,15d %13.6g %13.6g %7.2f%% %,8d  %s%n",
        observer,
        statistics.count(),
        statistics.min(),
        statistics.max(),
        100.0 * special.zeros() / Math.max(1, statistics.finiteCount()),
        statistics.count() - statistics.finiteCount(),
        histogram(statistics));
  }

  /** One character for each of {@link #COLUMNS} equal parts of the range. */
  private static String histogram(TensorStatistics statistics) {
    if (!statistics.hasRange()) {
      return "";
    }
    double min = statistics.min();
    double step = (statistics.max() - min) / COLUMNS;
    long[] counts = new long[COLUMNS];
    counts[column(0, min, step)] += statistics.special().finite();
    statistics.forEachBin(
        (lower, upper, count) -> counts[column((lower + upper) / 2, min, step)] += count);
    double most = Math.sqrt(Arrays.stream(counts).max().orElse(1));
    StringBuilder bars = new StringBuilder();
    for (long count : counts) {
      int level = (int) Math.ceil(Math.sqrt(count) / Math.max(1, most) * (LEVELS.length() - 1));
      bars.append(LEVELS.charAt(level));
    }
    return bars.toString();
  }

  private static int column(double value, double min, double step) {
    int column = step > 0 ? (int) ((value - min) / step) : 0;
    return Math.max(0, Math.min(COLUMNS - 1, column));
  }
}
