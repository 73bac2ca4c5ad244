package io.octant.pipeline.validation;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.validation.LayerValue.Grid;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values along the network are compared between the float model and the written int8 model.
 * They find each other by the ONNX node that gives them, which the export keeps.
 *
 * @param values of the float model that depend on its inputs and are float32, in execution order
 */
public record LayerPlan(List<LayerValue> values) implements Serializable {
  /** Bytes of values that one graph may keep to its end: what it keeps cannot share memory. */
  private static final long BYTES = 256L << 20;

  private static final String QUANTIZE = "torch.quantize_per_tensor";
  private static final String DEQUANTIZE = "dequantize";

  public LayerPlan {
    values = List.copyOf(values);
  }

  /**
   * Plans.
   *
   * @param float32 the model as imported
   * @param exported the written model as imported
   * @param fields the inputs of both
   * @param batch samples of a run
   */
  public static LayerPlan of(
      GraphModule float32, GraphModule exported, List<SampleField> fields, int batch) {
    Map<String, TensorSpec> specs = specs(float32, fields, batch);
    Map<String, TensorSpec> exportedSpecs = specs(exported, fields, batch);
    Map<String, Node> bySource = bySource(exported);
    Map<String, Node> last = bySource(float32);
    Set<Node> depends = new HashSet<>(float32.graph().placeholders());
    List<LayerValue> values = new ArrayList<>();
    for (Node node : float32.graph()) {
      if (node.inputs().stream().anyMatch(depends::contains)) {
        depends.add(node);
      }
      TensorSpec spec = specs.get(node.name());
      if (node.isOutput()
          || !depends.contains(node)
          || spec == null
          || spec.dtype() != DType.FLOAT32) {
        continue;
      }
      String source = node.scope().source();
      if (node.isPlaceholder()) {
        values.add(
            value(
                node,
                "input",
                exported,
                exported.graph().find(node.name()),
                exportedSpecs,
                last,
                spec));
      } else if (!source.isEmpty() && node.equals(last.get(source))) {
        TargetType type = float32.typeOf(node);
        String operator = type == null ? node.target() : type.name();
        values.add(
            value(node, operator, exported, bySource.get(source), exportedSpecs, last, spec));
      }
    }
    return new LayerPlan(within(values, specs));
  }

  private static LayerValue value(
      Node node,
      String operator,
      GraphModule exported,
      @Nullable Node like,
      Map<String, TensorSpec> exportedSpecs,
      Map<String, Node> last,
      TensorSpec spec) {
    LayerValue value =
        new LayerValue(node.name(), operator, node.scope().source(), null, null, "", null);
    if (like == null) {
      return value.without("the written model has no such node");
    }
    TensorSpec found = exportedSpecs.get(like.name());
    if (found == null || !found.shape().equals(spec.shape())) {
      return value.without("the written model gives another shape");
    }
    Optional<Node> quantizer = quantizer(like);
    if (quantizer.isPresent()) {
      Node q = quantizer.get();
      Optional<Node> back = q.users().stream().filter(u -> u.callsMethod(DEQUANTIZE)).findFirst();
      if (back.isPresent()) {
        return new LayerValue(
            node.name(), operator, value.source(), back.get().name(), grid(q), "", null);
      }
    }
    Optional<Node> layer = layerAround(exported, like);
    if (layer.isPresent()) {
      Node end = last.get(layer.get().scope().source());
      return new LayerValue(
          node.name(),
          operator,
          value.source(),
          null,
          null,
          "within an int8 layer",
          end == null ? null : end.name());
    }
    return new LayerValue(node.name(), operator, value.source(), like.name(), null, "", null);
  }

  private static Optional<Node> quantizer(Node node) {
    return node.users().stream()
        .filter(u -> u.operation() instanceof Operation.CallFunction && u.target().equals(QUANTIZE))
        .findFirst();
  }

  /**
   * The activation that ends an int8 layer, if the value lies before it: it is read by that alone,
   * and comes from integers. Such a value is never there in int8.
   */
  private static Optional<Node> layerAround(GraphModule exported, Node node) {
    boolean fromIntegers =
        node.operation() instanceof Operation.CallModule
                && exported.moduleOf(node) instanceof ReferenceModule
            || !node.inputs().isEmpty()
                && node.inputs().stream().allMatch(in -> in.callsMethod(DEQUANTIZE));
    if (!fromIntegers || node.users().size() != 1) {
      return Optional.empty();
    }
    Node user = node.users().iterator().next();
    return user.inputs().size() == 1 && quantizer(user).isPresent()
        ? Optional.of(user)
        : Optional.empty();
  }

  /** Null if the file computes its scale. */
  private static @Nullable Grid grid(Node quantizer) {
    if (quantizer.arg(1) instanceof Double scale
        && quantizer.arg(2) instanceof Long zeroPoint
        && quantizer.arg(3) instanceof DType dtype) {
      QRange range = QRange.of(dtype);
      return new Grid(scale, zeroPoint, range.min(), range.max(), dtype.torchName());
    }
    return null;
  }

  /** Leaves the largest values out until the rest fits into memory. */
  private static List<LayerValue> within(List<LayerValue> values, Map<String, TensorSpec> specs) {
    Map<LayerValue, Long> bytes = new HashMap<>();
    for (LayerValue value : values) {
      TensorSpec spec = specs.get(value.node());
      if (value.isCompared() && spec != null) {
        bytes.put(value, (long) spec.shape().numel() * Float.BYTES);
      }
    }
    long sum = bytes.values().stream().mapToLong(Long::longValue).sum();
    Set<LayerValue> out = new HashSet<>();
    for (LayerValue value :
        values.stream()
            .filter(bytes::containsKey)
            .sorted(Comparator.comparing(bytes::get).reversed())
            .toList()) {
      if (sum <= BYTES) {
        break;
      }
      sum -= bytes.getOrDefault(value, 0L);
      out.add(value);
    }
    return values.stream()
        .map(v -> out.contains(v) ? v.without("too large to be kept beside the others") : v)
        .toList();
  }

  private static Map<String, Node> bySource(GraphModule graph) {
    Map<String, Node> last = new HashMap<>();
    for (Node node : graph.graph()) {
      if (!node.scope().source().isEmpty()) {
        last.put(node.scope().source(), node);
      }
    }
    return last;
  }

  private static Map<String, TensorSpec> specs(
      GraphModule graph, List<SampleField> fields, int batch) {
    Object[] inputs =
        fields.stream().map(f -> Zeros.of(f.dtype(), f.batched(batch).shape())).toArray();
    Map<String, TensorSpec> out = new HashMap<>();
    ShapeInterpreter.specs(graph.copyGraphModule(), inputs)
        .forEach((node, spec) -> out.put(node.name(), spec));
    return out;
  }

  List<LayerValue> compared() {
    return values.stream().filter(LayerValue::isCompared).toList();
  }

  /** Nodes of the float graph to keep, in order. */
  public List<String> floatTaps() {
    return compared().stream().map(LayerValue::node).toList();
  }

  /** Nodes of the written model's graph to keep, in the same order. */
  public List<String> exportedTaps() {
    return compared().stream().map(v -> String.valueOf(v.tap())).toList();
  }
}
