package io.octant.jobs.state;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Drift;
import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What {@code octant state diff} says: the drift of every observer with a histogram, and the names
 * of those without, whose statistics are not compared. Steps and scales are those of affine 8-bit
 * integers.
 */
public final class DriftReport {
  private static final QuantizationTarget BYTES =
      new QuantizationTarget(QRange.of(DType.QUINT8), Symmetry.AFFINE);

  private final StatePair states;
  private final RangeMethod method;
  private final List<Row> rows;
  private final List<String> notCompared;

  private record Row(String observer, Drift drift, List<String> exceeded) {}

  private DriftReport(
      StatePair states, RangeMethod method, List<Row> rows, List<String> notCompared) {
    this.states = states;
    this.method = method;
    this.rows = rows;
    this.notCompared = notCompared;
  }

  /** Compares two states. */
  static DriftReport of(StatePair states, RangeMethod method, DriftLimits limits) {
    SortedMap<String, TensorStatistics> earlier =
        states.earlier().statistics(TensorStatistics.KIND);
    SortedMap<String, TensorStatistics> later = states.later().statistics(TensorStatistics.KIND);
    TreeSet<String> observers = new TreeSet<>(earlier.keySet());
    observers.addAll(later.keySet());
    TensorStatistics none = new TensorStatistics();
    List<Row> rows = new ArrayList<>();
    for (String observer : observers) {
      Drift drift =
          Drift.between(
              earlier.getOrDefault(observer, none),
              later.getOrDefault(observer, none),
              method,
              BYTES);
      rows.add(new Row(observer, drift, limits.exceededBy(drift)));
    }
    TreeSet<String> others = new TreeSet<>();
    addOthers(states.earlier(), others);
    addOthers(states.later(), others);
    return new DriftReport(states, method, rows, List.copyOf(others));
  }

  private static void addOthers(CalibrationState state, TreeSet<String> others) {
    state.forEach(
        (observer, statistic) -> {
          if (!(statistic instanceof TensorStatistics)) {
            others.add(observer + " (" + statistic.kind().name() + ")");
          }
        });
  }

  /** Whether a tensor is beyond a limit. */
  public boolean exceeds() {
    return rows.stream().anyMatch(row -> !row.exceeded.isEmpty());
  }

  /** A table, the largest index first. */
  public String text() {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort((a, b) -> Double.compare(b.drift.psi(), a.drift.psi()));
    int width =
        Math.max(
            "observer".length(), rows.stream().mapToInt(r -> r.observer.length()).max().orElse(0));
    String format = "%-" + width + "s %10s %12s %9s %9s %12s  %s%n";
    StringBuilder text = new StringBuilder();
    text.append(samples("earlier", states.earlier())).append(samples("later", states.later()));
    text.append(
        String.format(
            Locale.ROOT,
            format,
            "observer",
            "PSI",
            "Wasserstein",
            "in steps",
            "outside",
            "scale change",
            "beyond its limit"));
    for (Row row : sorted) {
      Drift d = row.drift;
      text.append(
          String.format(
              Locale.ROOT,
              format,
              row.observer,
              String.format(Locale.ROOT, "%.4f", d.psi()),
              String.format(Locale.ROOT, "%.5g", d.wasserstein()),
              String.format(Locale.ROOT, "%.3f", d.steps()),
              String.format(Locale.ROOT, "%.3f%%", 100 * d.outside()),
              String.format(Locale.ROOT, "%+.2f%%", 100 * d.scaleChange()),
              String.join(", ", row.exceeded)));
    }
    if (!notCompared.isEmpty()) {
      text.append("not compared: ").append(String.join(", ", notCompared)).append('\n');
    }
    return text.toString();
  }

  private static String samples(String name, CalibrationState state) {
    return String.format(
        Locale.ROOT,
        "%-8s %,d samples, %s, %s%n",
        name,
        state.samples().samples(),
        state.sha256().hex(),
        state.numerics());
  }

  /** One JSON object; what is infinite is the text {@code "Infinity"}. */
  public String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("earlier", states.earlier().sha256().hex());
    root.put("later", states.later().sha256().hex());
    root.put("earlierSamples", states.earlier().samples().samples());
    root.put("laterSamples", states.later().samples().samples());
    root.put("method", method.toString());
    root.put("exceeds", exceeds());
    ArrayNode all = root.putArray("observers");
    for (Row row : rows) {
      ObjectNode node = all.addObject();
      node.put("observer", row.observer);
      put(node, "psi", row.drift.psi());
      put(node, "wasserstein", row.drift.wasserstein());
      put(node, "steps", row.drift.steps());
      put(node, "outside", row.drift.outside());
      put(node, "scaleChange", row.drift.scaleChange());
      row.exceeded.forEach(node.putArray("exceeded")::add);
    }
    notCompared.forEach(root.putArray("notCompared")::add);
    return root.toPrettyString() + System.lineSeparator();
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isInfinite(value)) {
      node.put(name, "Infinity");
    } else {
      node.put(name, value);
    }
  }
}
