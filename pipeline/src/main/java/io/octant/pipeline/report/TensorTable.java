package io.octant.pipeline.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What calibration saw of each value, the range that was chosen, and what others would choose. */
final class TensorTable {
  private static final int BARS = 120;

  /** Values that slow methods are worked out for: some 0.01 s of a core each. */
  private static final int SEARCHED = 256;

  private static final List<RangeMethod> QUICK_METHODS =
      List.of(new RangeMethod.MinMax(), new RangeMethod.L2(), new RangeMethod.Percentile(99.99));

  private static final List<RangeMethod> METHODS =
      List.of(
          new RangeMethod.MinMax(),
          new RangeMethod.Mse(),
          new RangeMethod.L2(),
          new RangeMethod.Percentile(99.99),
          new RangeMethod.Entropy());

  private TensorTable() {}

  static ArrayNode of(ReportSource source) {
    ArrayNode table = JsonNodeFactory.instance.arrayNode();
    source.state().ifPresent(state -> lines(state, source).forEach(table::add));
    return table;
  }

  private static List<ObjectNode> lines(CalibrationState state, ReportSource source) {
    Map<String, TensorStatistics> seen = state.statistics(TensorStatistics.KIND);
    List<Value> values = new ArrayList<>();
    Set<String> named = new HashSet<>();
    source
        .qparams()
        .ifPresent(
            q ->
                q.path("activations")
                    .forEach(
                        a -> {
                          TensorStatistics s = seen.get(a.path("observer").asText());
                          if (s != null && a.path("scale").isNumber()) {
                            named.add(a.path("observer").asText());
                            values.add(new Value(a.path("node").asText(), s, a));
                          }
                        }));
    seen.forEach(
        (observer, statistics) -> {
          if (!named.contains(observer)) {
            values.add(new Value(observer, statistics, null));
          }
        });
    // Ranges are searched one by one: on all cores, in order.
    return IntStream.range(0, values.size())
        .parallel()
        .mapToObj(i -> values.get(i).line(i < SEARCHED ? METHODS : QUICK_METHODS))
        .toList();
  }

  /**
   * An observed value.
   *
   * @param qparams how it is quantized; null if nothing tells
   */
  private record Value(String name, TensorStatistics statistics, @Nullable JsonNode qparams) {

    ObjectNode line(List<RangeMethod> toAsk) {
      ObjectNode line = JsonNodeFactory.instance.objectNode().put("name", name);
      line.put("count", statistics.count())
          .put("notFinite", statistics.count() - statistics.finiteCount());
      ArrayNode counts = line.putArray("counts");
      ArrayNode methods = line.putArray("methods");
      if (!statistics.hasRange()) {
        line.putNull("min").putNull("max").putNull("chosen").putNull("beyond");
        return line;
      }
      line.put("min", statistics.min()).put("max", statistics.max());
      if (statistics.min() < statistics.max()) {
        for (long count : histogram()) {
          counts.add(count);
        }
      }
      chosen(line);
      for (RangeMethod method : toAsk) {
        ValueRange range = method.solve(statistics, target());
        methods
            .addObject()
            .put("name", method.toString())
            .put("min", range.min())
            .put("max", range.max())
            .put("beyond", beyond(range.min(), range.max()));
      }
      return line;
    }

    private void chosen(ObjectNode line) {
      if (qparams == null) {
        line.putNull("chosen").putNull("beyond");
        return;
      }
      double scale = qparams.path("scale").asDouble();
      long zeroPoint = qparams.path("zeroPoint").asLong();
      double low = (qparams.path("quantMin").asLong() - zeroPoint) * scale;
      double high = (qparams.path("quantMax").asLong() - zeroPoint) * scale;
      line.putArray("chosen").add((float) low).add((float) high);
      line.put("beyond", beyond(low - scale / 2, high + scale / 2));
    }

    private QuantizationTarget target() {
      if (qparams == null) {
        return new QuantizationTarget(QRange.of(DType.QUINT8), QuantizationTarget.Symmetry.AFFINE);
      }
      return new QuantizationTarget(
          new QRange(qparams.path("quantMin").asInt(), qparams.path("quantMax").asInt()),
          qparams.path("scheme").asText().contains("symmetric")
              ? QuantizationTarget.Symmetry.SYMMETRIC
              : QuantizationTarget.Symmetry.AFFINE);
    }

    /** Counts in equal parts from the smallest to the largest value. */
    private long[] histogram() {
      double min = statistics.min();
      double step = (statistics.max() - min) / BARS;
      long[] counts = new long[BARS];
      counts[bar(0, min, step)] += statistics.special().finite();
      statistics.forEachBin(
          (lower, upper, count) -> counts[bar((lower + upper) / 2, min, step)] += count);
      return counts;
    }

    private static int bar(double value, double min, double step) {
      return Math.max(0, Math.min(BARS - 1, (int) ((value - min) / step)));
    }

    /** Share of the finite values beyond a range, to a bin of the statistics. */
    private double beyond(double low, double high) {
      long[] out = new long[1];
      statistics.forEachBin(
          (lower, upper, count) -> {
            double middle = (lower + upper) / 2;
            // A bin that an end lies in has its values on both sides: the middle decides, but
            // extrema are exact.
            if (middle < low && low > statistics.min()
                || middle > high && high < statistics.max()) {
              out[0] += count;
            }
          });
      return (double) out[0] / Math.max(1, statistics.finiteCount());
    }
  }
}
