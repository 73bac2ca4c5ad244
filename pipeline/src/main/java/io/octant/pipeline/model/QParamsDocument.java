package io.octant.pipeline.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.graph.GraphModule;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.nn.quantized.reference.WeightQParams;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The document {@code qparams.json}: every scale and zero point of a quantized model.
 *
 * <pre>{@code
 * activations  [{node, observer, dtype, quantMin, quantMax, scheme, scale, zeroPoint}], in
 *              execution order; of the value of a node
 * weights      [{module, weight, dtype, quantMin, quantMax, scheme, axis, scale, zeroPoint}]
 * }</pre>
 *
 * <p>{@code scale} and {@code zeroPoint} are numbers, or lists for per-channel schemes. Scales are
 * float32 values written so that reading them gives the same float32.
 */
final class QParamsDocument {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private QParamsDocument() {}

  static byte[] of(GraphModule calibrated, GraphModule reference) {
    ObjectNode document = MAPPER.createObjectNode();
    addActivations(calibrated, document.putArray("activations"));
    addWeights(reference, document.putArray("weights"));
    try {
      return (MAPPER.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void addActivations(GraphModule calibrated, ArrayNode list) {
    Set<String> seen = new HashSet<>();
    for (ObservedNode observed : ObservedNode.of(calibrated)) {
      ActivationPostProcess observer = observed.observer();
      boolean hasQParams =
          observed.dependsOnInput()
              && observer.dtype().isQuantized()
              && !observer.isDynamic()
              && observer.range().isPresent();
      if (hasQParams && seen.add(observed.node() + " " + observed.path())) {
        ObjectNode entry =
            list.addObject().put("node", observed.node()).put("observer", observed.path());
        put(entry, observer.dtype(), observer.range().get(), observer.qparams());
      }
    }
  }

  private static void addWeights(GraphModule reference, ArrayNode list) {
    reference.forEachModule(
        (path, module) -> {
          if (module instanceof ReferenceModule r) {
            r.weights().forEach((name, q) -> addWeight(path, name, q, list));
          }
        });
  }

  private static void addWeight(String path, String name, WeightQParams q, ArrayNode list) {
    if (q.isQuantized()) {
      ObjectNode entry = list.addObject().put("module", path).put("weight", name);
      put(entry, q.dtype(), q.range(), q.qparams());
    }
  }

  private static void put(ObjectNode entry, DType dtype, @Nullable QRange range, QParams q) {
    QRange used = range == null ? QRange.of(dtype) : range;
    entry
        .put("dtype", dtype.torchName())
        .put("quantMin", used.min())
        .put("quantMax", used.max())
        .put("scheme", q.scheme().torchName());
    if (q.isPerChannel()) {
      entry.put("axis", q.axis());
      ArrayNode scales = entry.putArray("scale");
      ArrayNode zeroPoints = entry.putArray("zeroPoint");
      for (int c = 0; c < q.size(); c++) {
        scales.add((float) q.scale(c));
        zeroPoints.add(q.zeroPoint(c));
      }
    } else {
      entry.put("scale", (float) q.scale()).put("zeroPoint", q.zeroPoint());
    }
  }
}
