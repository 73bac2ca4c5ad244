package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.output.RunReport.KeptSplits;
import java.util.List;

/** What was found in folders that are kept from run to run, in {@code result.json}. */
final class KeptDocument {
  private KeptDocument() {}

  /** The field {@code states}: of calibration. */
  static ObjectNode states(String path, int computed, int reused, int lost, List<String> damaged) {
    return end(folder(path).put("computed", computed).put("reused", reused), lost, damaged);
  }

  /** The field {@code totals}: of evaluation, model by model. */
  static ObjectNode totals(String path, List<KeptSplits> models, int lost, List<String> damaged) {
    ObjectNode totals = folder(path);
    ArrayNode lines = totals.putArray("models");
    for (KeptSplits of : models) {
      lines
          .addObject()
          .put("name", of.name())
          .put("computed", of.computed())
          .put("reused", of.reused());
    }
    return end(totals, lost, damaged);
  }

  private static ObjectNode folder(String path) {
    return JsonNodeFactory.instance.objectNode().put("path", path);
  }

  private static ObjectNode end(ObjectNode kept, int lost, List<String> damaged) {
    damaged.forEach(kept.put("lost", lost).putArray("damaged")::add);
    return kept;
  }
}
