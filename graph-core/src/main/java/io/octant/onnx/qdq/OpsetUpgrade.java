package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTensors;
import io.octant.onnx.operator.OnnxOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings a model of operator sets 7 to 12 to 13, the first that can quantize weights per channel.
 *
 * <p>Node for node: positions, names and outputs stay. Operators whose attributes became inputs in
 * between get initializers for them; operators that changed otherwise are refused. The versions are
 * those of onnx.ai/onnx/operators.
 */
final class OpsetUpgrade {
  static final int TARGET = 13;
  private static final int OLDEST = 7;

  /** Attributes that became inputs, in the order of these. */
  private static final Map<String, List<String>> MOVED =
      Map.of(
          "Clip", List.of("min", "max"),
          "Pad", List.of("pads", "value"),
          "Slice", List.of("starts", "ends", "axes"),
          "Squeeze", List.of("axes"),
          "Unsqueeze", List.of("axes"),
          "ReduceSum", List.of("axes"),
          "Split", List.of("split"),
          "Dropout", List.of("ratio"));

  /** The version in which they did. */
  private static final Map<String, Integer> MOVED_AT =
      Map.of(
          "Clip",
          11,
          "Pad",
          11,
          "Slice",
          10,
          "Squeeze",
          13,
          "Unsqueeze",
          13,
          "ReduceSum",
          13,
          "Split",
          13,
          "Dropout",
          12);

  private final OnnxModel original;
  private final ModelProto.Builder model;
  private final Set<String> names = new HashSet<>();
  private final Map<Integer, Long> softmaxAxes;
  private final Set<Integer> shrinking;

  private OpsetUpgrade(OnnxModel original, Map<Integer, Long> softmaxAxes, Set<Integer> shrinking) {
    this.original = original;
    this.model = original.proto().toBuilder();
    this.softmaxAxes = softmaxAxes;
    this.shrinking = shrinking;
    original.graph().getInitializerList().forEach(t -> names.add(t.getName()));
    original.graph().getNodeList().forEach(n -> names.addAll(n.getOutputList()));
  }

  /**
   * The same model under operator set 13.
   *
   * @param softmaxAxes position of each softmax node that works along one axis, and the axis:
   *     before 13, others mean something that 13 cannot say
   * @param shrinking positions of resizing nodes that shrink to the nearest element, where old
   *     operator sets round up
   * @throws OnnxException naming the node that cannot be brought over
   */
  static OnnxModel run(OnnxModel original, Map<Integer, Long> softmaxAxes, Set<Integer> shrinking) {
    if (original.opset() >= TARGET) {
      return original;
    }
    if (original.opset() < OLDEST) {
      throw new OnnxException(
          "Cannot export to "
              + original.source()
              + ": operator set "
              + original.opset()
              + ", expected "
              + OLDEST
              + " or newer");
    }
    return new OpsetUpgrade(original, softmaxAxes, shrinking).upgrade();
  }

  private OnnxModel upgrade() {
    GraphProto.Builder graph = model.getGraphBuilder();
    Set<String> known = new HashSet<>(OnnxOperators.types());
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto.Builder node = graph.getNodeBuilder(i);
      if (!known.contains(node.getOpType())) {
        throw error(node, "its changes up to operator set 13 are not known");
      }
      upgrade(node, i, graph);
    }
    model.clearOpsetImport();
    original
        .proto()
        .getOpsetImportList()
        .forEach(
            o ->
                model.addOpsetImport(
                    o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx")
                        ? o.toBuilder().setVersion(TARGET)
                        : o.toBuilder()));
    model.setIrVersion(Math.max(model.getIrVersion(), 7));
    return OnnxModel.of(model.build(), original.source());
  }

  private void upgrade(NodeProto.Builder node, int position, GraphProto.Builder graph) {
    String type = node.getOpType();
    int opset = original.opset();
    if (MOVED.containsKey(type) && opset < MOVED_AT.getOrDefault(type, 0)) {
      move(node, MOVED.getOrDefault(type, List.of()), graph);
    }
    switch (type) {
      case "Softmax", "LogSoftmax" -> softmax(node, position);
      case "Upsample" -> {
        if (opset >= 9) {
          resize(node, position);
        } else {
          throw error(node, "scales as an attribute, expected an input (operator set 9)");
        }
      }
      case "Resize" -> {
        if (opset < 11) {
          resize(node, position);
        }
      }
      case "BatchNormalization" -> removeAttribute(node, "spatial");
      default -> {} // unchanged, or only widened, between 7 and 13
    }
  }

  /** Turns attributes into inputs behind the first one. */
  private void move(NodeProto.Builder node, List<String> attributes, GraphProto.Builder graph) {
    List<String> inputs = new ArrayList<>();
    for (String attribute : attributes) {
      AttributeProto a = removeAttribute(node, attribute);
      Tensor value = a == null ? null : value(a);
      inputs.add(
          value == null ? "" : initializer(node.getOutput(0) + "_" + attribute, value, graph));
    }
    while (!inputs.isEmpty() && inputs.get(inputs.size() - 1).isEmpty()) {
      inputs.remove(inputs.size() - 1);
    }
    node.addAllInput(inputs);
  }

  private static @Nullable Tensor value(AttributeProto a) {
    return switch (a.getType()) {
      case FLOAT -> Tensor.scalar(a.getF());
      case INTS ->
          Tensor.of(
              DType.INT64,
              Shape.of(a.getIntsCount()),
              a.getIntsList().stream().mapToLong(Long::longValue).toArray());
      default -> null;
    };
  }

  private String initializer(String wanted, Tensor value, GraphProto.Builder graph) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    graph.addInitializer(OnnxTensors.encode(name, value));
    return name;
  }

  private static @Nullable AttributeProto removeAttribute(NodeProto.Builder node, String name) {
    for (int i = 0; i < node.getAttributeCount(); i++) {
      if (node.getAttribute(i).getName().equals(name)) {
        AttributeProto found = node.getAttribute(i);
        node.removeAttribute(i);
        return found;
      }
    }
    return null;
  }

  /** Before 13 all axes from a given one on were one distribution. */
  private void softmax(NodeProto.Builder node, int position) {
    removeAttribute(node, "axis");
    Long axis = softmaxAxes.get(position);
    if (axis == null) {
      throw error(node, "it works along several axes, expected one");
    }
    node.addAttribute(QdqPair.axis(axis.intValue()));
  }

  /** Resize of version 10 and Upsample sample asymmetrically and round down. */
  private void resize(NodeProto.Builder node, int position) {
    if (shrinking.contains(position)) {
      throw error(node, "it shrinks to the nearest element, expected scales of 1 or more");
    }
    String scales = node.getInput(1);
    node.setOpType("Resize")
        .setInput(1, "") // no region of interest
        .addInput(scales)
        .addAttribute(string("coordinate_transformation_mode", "asymmetric"))
        .addAttribute(string("nearest_mode", "floor"));
  }

  private static AttributeProto string(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(com.google.protobuf.ByteString.copyFromUtf8(value))
        .build();
  }

  private OnnxException error(NodeProto.Builder node, String why) {
    return new OnnxException(
        "Cannot bring "
            + node.getOpType()
            + " node '"
            + node.getName()
            + "' of "
            + original.source()
            + " from operator set "
            + original.opset()
            + " to "
            + TARGET
            + ": "
            + why);
  }
}
