package io.octant.pipeline.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.Drift;
import io.octant.calibration.QuantizationTarget;
import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How far the values of each tensor have moved from those behind the promoted result: the figures
 * of {@code octant state diff} with its default method, in steps of affine 8-bit integers. What is
 * infinite is null.
 */
final class DriftTable {
  private static final QuantizationTarget BYTES =
      new QuantizationTarget(QRange.of(DType.QUINT8), QuantizationTarget.Symmetry.AFFINE);

  private DriftTable() {}

  /** Of a result that is to be compared. */
  static ObjectNode of(ReportSource source, ReportSource.Promoted promoted) {
    if (source.state().isEmpty()) {
      return none(promoted.place(), "this result has no calibration state");
    }
    CalibrationState earlier = promoted.state();
    CalibrationState later = source.state().get();
    if (!earlier.key().equals(later.key())) {
      return none(promoted.place(), "it is of another model, backend or choice of layers");
    }
    ObjectNode drift = JsonNodeFactory.instance.objectNode().put("place", promoted.place());
    drift.put("result", promoted.result());
    drift.put("earlierSamples", earlier.samples().samples());
    drift.put("laterSamples", later.samples().samples());
    drift.put("same", earlier.sha256().equals(later.sha256()));
    drift.put("method", RangeMethod.byDefault().toString());
    drift.set("tensors", lines(source, earlier, later));
    return drift;
  }

  /** Of a result that cannot be compared. */
  static ObjectNode none(String place, String why) {
    return JsonNodeFactory.instance.objectNode().put("place", place).put("why", why);
  }

  private static ArrayNode lines(
      ReportSource source, CalibrationState earlier, CalibrationState later) {
    Map<String, TensorStatistics> before = earlier.statistics(TensorStatistics.KIND);
    Map<String, TensorStatistics> after = later.statistics(TensorStatistics.KIND);
    Map<String, String> names = source.nodesByObserver();
    List<String> observers = new ArrayList<>(names.keySet());
    observers.removeIf(o -> !before.containsKey(o) && !after.containsKey(o));
    TreeSet<String> others = new TreeSet<>(before.keySet());
    others.addAll(after.keySet());
    names.keySet().forEach(others::remove);
    observers.addAll(others);
    TensorStatistics none = new TensorStatistics();
    ArrayNode lines = JsonNodeFactory.instance.arrayNode();
    observers.parallelStream()
        .map(
            o ->
                line(
                    names.getOrDefault(o, o),
                    Drift.between(
                        before.getOrDefault(o, none),
                        after.getOrDefault(o, none),
                        RangeMethod.byDefault(),
                        BYTES)))
        .toList()
        .forEach(lines::add);
    return lines;
  }

  private static ObjectNode line(String name, Drift drift) {
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("name", name);
    put(line, "psi", drift.psi());
    put(line, "steps", drift.steps());
    put(line, "outside", drift.outside());
    put(line, "scaleChange", drift.scaleChange());
    return line;
  }

  private static void put(ObjectNode line, String name, double value) {
    if (Double.isInfinite(value)) {
      line.putNull(name);
    } else {
      line.put(name, value);
    }
  }
}
