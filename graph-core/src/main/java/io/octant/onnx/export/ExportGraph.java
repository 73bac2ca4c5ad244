package io.octant.onnx.export;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import io.octant.onnx.OnnxTensors;
import io.octant.onnx.OnnxTypes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The nodes and initializers of a model that is being written. */
final class ExportGraph {
  private final List<NodeProto> nodes = new ArrayList<>();
  private final Map<String, Tensor> initializers = new LinkedHashMap<>();
  private final Map<Tensor, String> constants = new HashMap<>();
  private final Map<Tensor, String> weights = new IdentityHashMap<>();
  private final Map<String, String> renamed = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();
  private String scope = "/";

  /** A name that no tensor has yet. */
  String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** Nodes emitted from now on belong to a module. */
  void enter(String modulePath) {
    scope = modulePath.isEmpty() ? "/" : "/" + modulePath.replace('.', '/') + "/";
  }

  /** The initializer of a parameter or buffer, under its path. */
  String weight(String path, Tensor value) {
    return weights.computeIfAbsent(
        value,
        v -> {
          String name = unique(path);
          initializers.put(name, v);
          return name;
        });
  }

  /** An initializer of this content; a parameter or buffer is the one under its path. */
  String constant(Tensor value) {
    String weight = weights.get(value);
    return weight != null
        ? weight
        : constants.computeIfAbsent(
            value,
            v -> {
              String name = unique("constant");
              initializers.put(name, v);
              return name;
            });
  }

  /** A number as a tensor of no axes. */
  String number(DType dtype, double value) {
    return constant(filled(dtype, Shape.SCALAR, value));
  }

  /** Integers in one axis, as shapes and axes are given. */
  String ints(long... values) {
    return constant(Tensor.of(DType.INT64, Shape.of(values.length), values));
  }

  static Tensor filled(DType dtype, Shape shape, double value) {
    int n = shape.numel();
    switch (dtype.storage()) {
      case FLOATS -> {
        float[] v = new float[n];
        Arrays.fill(v, (float) value);
        return Tensor.of(dtype, shape, v);
      }
      case DOUBLES -> {
        double[] v = new double[n];
        Arrays.fill(v, value);
        return Tensor.of(dtype, shape, v);
      }
      case LONGS -> {
        long[] v = new long[n];
        Arrays.fill(v, (long) value);
        return Tensor.of(dtype, shape, v);
      }
      default -> {
        int[] v = new int[n];
        Arrays.fill(v, (int) value);
        return Tensor.of(dtype, shape, v);
      }
    }
  }

  String emit(String type, String... inputs) {
    return emit(type, Map.of(), inputs);
  }

  String emit(String type, Map<String, Object> attributes, String... inputs) {
    return emit(type, attributes, 1, inputs).get(0);
  }

  /**
   * Adds a node; an empty input is left out.
   *
   * @param attributes longs, doubles, strings, tensors, arrays of longs, lists of strings or of
   *     doubles
   * @return the names of its outputs
   */
  List<String> emit(String type, Map<String, Object> attributes, int outputs, String... inputs) {
    String name = scope + type;
    for (int i = 1; !nodeNames.add(name); i++) {
      name = scope + type + "_" + i;
    }
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(type).setName(name);
    int last = inputs.length;
    while (last > 0 && inputs[last - 1].isEmpty()) {
      last--;
    }
    node.addAllInput(Arrays.asList(inputs).subList(0, last));
    attributes.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> node.addAttribute(attribute(e.getKey(), e.getValue())));
    List<String> out = new ArrayList<>();
    for (int i = 0; i < outputs; i++) {
      out.add(unique(name + "_output_" + i));
    }
    nodes.add(node.addAllOutput(out).build());
    return out;
  }

  /** Gives a value a name among the model's outputs; that of an operator takes it itself. */
  void output(String value, String name) {
    boolean made = nodes.stream().anyMatch(n -> n.getOutputList().contains(value));
    if (made && renamed.putIfAbsent(value, name) == null) {
      return;
    }
    nodes.add(
        NodeProto.newBuilder()
            .setOpType("Identity")
            .setName("/" + name + "/Identity")
            .addInput(value)
            .addOutput(name)
            .build());
  }

  private static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder out = AttributeProto.newBuilder().setName(name);
    if (value instanceof Long i) {
      return out.setType(AttributeProto.AttributeType.INT).setI(i).build();
    }
    if (value instanceof Double f) {
      return out.setType(AttributeProto.AttributeType.FLOAT).setF(f.floatValue()).build();
    }
    if (value instanceof String s) {
      return out.setType(AttributeProto.AttributeType.STRING)
          .setS(ByteString.copyFromUtf8(s))
          .build();
    }
    if (value instanceof Tensor t) {
      return out.setType(AttributeProto.AttributeType.TENSOR)
          .setT(OnnxTensors.encode("", t))
          .build();
    }
    if (value instanceof List<?> numbers && numbers.stream().allMatch(Double.class::isInstance)) {
      out.setType(AttributeProto.AttributeType.FLOATS);
      numbers.forEach(number -> out.addFloats(((Double) number).floatValue()));
      return out.build();
    }
    if (value instanceof List<?> texts) {
      out.setType(AttributeProto.AttributeType.STRINGS);
      texts.forEach(text -> out.addStrings(ByteString.copyFromUtf8((String) text)));
      return out.build();
    }
    out.setType(AttributeProto.AttributeType.INTS);
    Arrays.stream((long[]) value).forEach(out::addInts);
    return out.build();
  }

  /** The attribute of a Cast. */
  String cast(String value, DType to) {
    return emit("Cast", Map.of("to", (long) OnnxTypes.onnxType(to).getNumber()), value);
  }

  /** Writes the nodes and initializers that the outputs need. */
  void write(GraphProto.Builder graph, List<String> outputs) {
    Set<String> read = new HashSet<>(outputs);
    List<NodeProto> needed = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto n = renamed(nodes.get(i));
      if (n.getOutputList().stream().anyMatch(read::contains)) {
        read.addAll(n.getInputList());
        needed.add(n);
      }
    }
    Collections.reverse(needed);
    graph.addAllNode(needed);
    initializers.forEach(
        (name, value) -> {
          if (read.contains(name)) {
            graph.addInitializer(OnnxTensors.encode(name, value));
          }
        });
  }

  private NodeProto renamed(NodeProto node) {
    NodeProto.Builder out = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      out.setInput(i, renamed.getOrDefault(node.getInput(i), node.getInput(i)));
    }
    for (int i = 0; i < node.getOutputCount(); i++) {
      out.setOutput(i, renamed.getOrDefault(node.getOutput(i), node.getOutput(i)));
    }
    return out.build();
  }
}
