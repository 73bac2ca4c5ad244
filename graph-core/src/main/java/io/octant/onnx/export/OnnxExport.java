package io.octant.onnx.export;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.OctantException;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTypes;
import io.octant.operator.Operators;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a float graph as an ONNX model of operator set 20, after {@code torch.onnx.export}:
 * parameters and buffers under their names in the state dict, nodes under the paths of their
 * modules. The samples of a batch may be of any number. Equal graphs give equal bytes.
 *
 * <p>What the graph computes without its inputs is computed here and written as a constant. Sizes
 * that depend on the batch are those that change when it has one sample more.
 */
public final class OnnxExport {
  /** The operator set of exported models. */
  public static final int OPSET = 20;

  private static final int IR_VERSION = 9;

  private final GraphModule model;
  private final List<TensorSpec> inputs;
  private final ExportGraph graph = new ExportGraph();
  private final Map<Node, Object> sizes = new HashMap<>();
  private final Map<Node, Object> nextSizes = new HashMap<>();
  private final Map<Node, Object> values = new HashMap<>();

  private OnnxExport(GraphModule model, List<TensorSpec> inputs) {
    this.model = model;
    this.inputs = List.copyOf(inputs);
  }

  /**
   * Writes a graph in evaluation mode.
   *
   * @param model a traced graph of float operators
   * @param inputs one a placeholder, in order: names, types and shapes of an example; the batch
   *     axis is left open in the model
   * @throws OnnxException naming the node that ONNX cannot say, and why; if the inputs do not fit
   */
  public static OnnxModel of(GraphModule model, List<TensorSpec> inputs) {
    return new OnnxExport(model.copyGraphModule(), inputs).run();
  }

  private OnnxModel run() {
    List<Node> placeholders = model.graph().placeholders();
    if (placeholders.size() != inputs.size()) {
      throw new OnnxException(
          "Cannot export graph: "
              + inputs.size()
              + " inputs "
              + inputs.stream().map(TensorSpec::name).toList()
              + ", expected one for each of "
              + placeholders.stream().map(Node::target).toList());
    }
    int batch = TensorSpec.batch(inputs);
    interpret(batch, sizes);
    interpret(batch + 1, nextSizes);
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec in = inputs.get(i);
      values.put(
          placeholders.get(i),
          new ExportedTensor(
              graph.unique(in.name()), in.dtype(), in.shape(batch), in.shape(batch + 1), false));
    }
    Map<String, Node> outputs = outputs();
    outputs.keySet().forEach(graph::unique);
    CallExport calls = new CallExport(model, graph, Operators.standard());
    for (Node n : model.graph()) {
      if (n.isPlaceholder() || n.isOutput()) {
        continue;
      }
      try {
        values.put(n, calls.value(n, values, sizes.get(n), nextSizes.get(n)));
      } catch (OctantException e) {
        throw new OnnxException("Cannot export node " + n.described() + ": " + e.getMessage(), e);
      }
    }
    return written(outputs);
  }

  private void interpret(int batch, Map<Node, Object> into) {
    List<Object> zeros = new ArrayList<>();
    inputs.forEach(in -> zeros.add(Zeros.of(in.dtype(), in.shape(batch))));
    new ShapeInterpreter(model, into::put).run(zeros, Map.of());
  }

  /** The results by the names of the model's outputs. */
  private Map<String, Node> outputs() {
    Object result = model.graph().outputNode().arg(0);
    Map<String, Node> out = new java.util.LinkedHashMap<>();
    if (result instanceof Node n) {
      out.put("output", n);
    } else if (result instanceof Map<?, ?> named) {
      named.forEach((name, value) -> out.put(String.valueOf(name), node(value)));
    } else {
      List<?> items = result instanceof Tuple t ? t.items() : List.of(result);
      items = result instanceof List<?> list ? list : items;
      for (Object item : items) {
        out.put("output_" + out.size(), node(item));
      }
    }
    return out;
  }

  private static Node node(Object value) {
    if (value instanceof Node n) {
      return n;
    }
    throw new OnnxException(
        "Cannot export output: " + value + ", expected tensors, or a tuple or dict of them");
  }

  private OnnxModel written(Map<String, Node> outputs) {
    GraphProto.Builder proto = GraphProto.newBuilder().setName("main_graph");
    for (TensorSpec in : inputs) {
      ValueInfoProto.Builder info = info(in.name(), in.dtype());
      dims(info);
      for (int axis = 0; axis < in.shape().rank(); axis++) {
        if (axis == in.batchAxis()) {
          dims(info).addDimBuilder().setDimParam("batch");
        } else {
          dims(info).addDimBuilder().setDimValue(in.shape().dim(axis));
        }
      }
      proto.addInput(info);
    }
    outputs.forEach(
        (name, node) -> {
          Object value = values.get(node);
          if (value instanceof Tensor t) {
            value = new ExportedTensor(graph.constant(t), t.dtype(), t.shape(), t.shape(), false);
          }
          if (!(value instanceof ExportedTensor t)) {
            throw new OnnxException(
                "Cannot export output " + name + ": " + node.described() + ", expected a tensor");
          }
          graph.output(t.name(), name);
          proto.addOutput(output(name, t));
        });
    graph.write(proto, List.copyOf(outputs.keySet()));
    ModelProto.Builder out =
        ModelProto.newBuilder().setIrVersion(IR_VERSION).setProducerName("octant").setGraph(proto);
    out.addOpsetImportBuilder().setVersion(OPSET);
    return OnnxModel.of(out.build(), model.type().name());
  }

  private ValueInfoProto output(String name, ExportedTensor t) {
    int batch = TensorSpec.batch(inputs);
    ValueInfoProto.Builder info = info(name, t.dtype());
    dims(info);
    for (int axis = 0; axis < t.shape().rank(); axis++) {
      TensorShapeProto.Dimension.Builder dim = dims(info).addDimBuilder();
      if (t.dim(axis) >= 0) {
        dim.setDimValue(t.dim(axis));
      } else if (t.shape().dim(axis) == batch && t.next().dim(axis) == batch + 1) {
        dim.setDimParam("batch");
      } else {
        dim.setDimParam(name + "_" + axis);
      }
    }
    return info.build();
  }

  private static ValueInfoProto.Builder info(String name, DType dtype) {
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
    info.getTypeBuilder().getTensorTypeBuilder().setElemType(OnnxTypes.onnxType(dtype).getNumber());
    return info;
  }

  private static TensorShapeProto.Builder dims(ValueInfoProto.Builder info) {
    return info.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
  }

  /** The rows of the operator table that can be exported, sorted. */
  public static List<String> rows() {
    return Stream.concat(ExportRules.rows().stream(), SizeExport.rows().stream()).sorted().toList();
  }
}
