package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.validation.LayerComparison;
import io.octant.pipeline.validation.LayerComparison.Layer;
import io.octant.pipeline.validation.LayerValue;

/** The field {@code layers} of {@link RunReport}. */
final class LayersDocument {
  private LayersDocument() {}

  static ObjectNode of(LayerComparison layers) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("samples", layers.samples());
    ArrayNode values = document.putArray("values");
    layers.layers().forEach(layer -> put(values.addObject(), layer));
    return document;
  }

  private static void put(ObjectNode line, Layer layer) {
    LayerValue value = layer.value();
    line.put("node", value.node()).put("operator", value.operator()).put("source", value.source());
    Figures.put(line, "sqnrDb", layer.sqnrDb());
    line.put("equal", layer.sqnrDb() == Double.POSITIVE_INFINITY)
        .put("elements", layer.elements())
        .put("nonFiniteElements", layer.nonFiniteElements())
        .putObject("nan")
        .put("float", layer.nan().float32())
        .put("int8Only", layer.nan().int8Only());
    LayerValue.Grid grid = value.grid();
    if (grid == null) {
      line.putNull("scale")
          .putNull("zeroPoint")
          .putNull("quantMin")
          .putNull("quantMax")
          .putNull("dtype");
    } else {
      line.put("scale", (float) grid.scale())
          .put("zeroPoint", grid.zeroPoint())
          .put("quantMin", grid.quantMin())
          .put("quantMax", grid.quantMax())
          .put("dtype", grid.dtype());
    }
    Figures.put(line, "saturated", layer.saturated());
    line.put("endsIn", value.endsIn());
    if (value.reason().isEmpty()) {
      line.putNull("notCompared");
    } else {
      line.put("notCompared", value.reason());
    }
  }
}
