package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;
import java.util.List;

/** What options must say about a model. */
final class PrepareChecks {
  private PrepareChecks() {}

  /**
   * Refuses what cannot be meant.
   *
   * @throws PrepareException if the model is prepared already, or an index names no input or output
   */
  static void require(GraphModule model, PrepareCustomConfig custom) {
    if (model.attachment(PreparedState.class).isPresent()) {
      throw new PrepareException(
          "Cannot prepare model: it is prepared already, expected a float one");
    }
    requireBelow(
        "input_quantized_idxs",
        custom.inputQuantizedIndexes(),
        model.graph().placeholders().size(),
        "graph inputs");
    requireBelow(
        "output_quantized_idxs",
        custom.outputQuantizedIndexes(),
        outputs(model.graph().outputNode().arg(0)),
        "graph outputs");
  }

  private static int outputs(Object value) {
    return value instanceof List<?> list
        ? list.size()
        : value instanceof Tuple tuple ? tuple.items().size() : 1;
  }

  private static void requireBelow(String key, List<Integer> indexes, int count, String what) {
    for (int index : indexes) {
      if (index >= count) {
        throw new PrepareException(
            "Cannot prepare with "
                + key
                + ": "
                + indexes
                + ", expected indexes of the "
                + count
                + " "
                + what);
      }
    }
  }
}
