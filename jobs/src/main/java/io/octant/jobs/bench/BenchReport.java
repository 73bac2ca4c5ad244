package io.octant.jobs.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.engine.IntegerLayers;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The JSON line of {@code octant bench}. */
final class BenchReport {

  private BenchReport() {}

  /** How 8-bit layers are computed, and how many would saturate elsewhere; null without any. */
  static JsonNode int8(IntegerLayers layers) {
    if (layers.total() == 0) {
      return JsonNodeFactory.instance.nullNode();
    }
    return JsonNodeFactory.instance
        .objectNode()
        .put("fast", layers.count(Arithmetic.FAST))
        .put("exact", layers.count(Arithmetic.EXACT))
        .put("reference", layers.count(Arithmetic.REFERENCE))
        .put("wouldSaturateElsewhere", layers.wouldSaturate());
  }

  /**
   * Describes the kernels of a plan: for each kind (native, reference, folded) the number of steps
   * by operator, and for each step that runs on the reference kernels its nodes and the reason.
   */
  static ObjectNode kernels(Session session) {
    ObjectNode kernels = JsonNodeFactory.instance.objectNode();
    for (PlanStep.Kernel kind : PlanStep.Kernel.values()) {
      ObjectNode byOperator = kernels.putObject(kind.name().toLowerCase(Locale.ROOT));
      countByOperator(session.plan(), kind).forEach(byOperator::put);
    }
    ObjectNode reasons = kernels.putObject("reasons");
    for (PlanStep step : session.plan()) {
      if (step.kernel() == PlanStep.Kernel.REFERENCE) {
        reasons.put(String.join(",", step.nodes()), step.reason());
      }
    }
    return kernels;
  }

  private static Map<String, Integer> countByOperator(List<PlanStep> plan, PlanStep.Kernel kind) {
    Map<String, Integer> counts = new TreeMap<>();
    for (PlanStep step : plan) {
      if (step.kernel() == kind) {
        counts.merge(step.operator(), 1, Integer::sum);
      }
    }
    return counts;
  }
}
