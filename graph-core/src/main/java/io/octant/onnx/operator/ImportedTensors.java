package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.graph.Node;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of an import under way by their names in the file: what is known of each, how often
 * it will be read yet, and which graph node holds it.
 */
final class ImportedTensors {
  /** Operators whose result holds elements of their inputs. */
  private static final Set<String> PICKING =
      Set.of(
          "Shape",
          "Size",
          "Gather",
          "Slice",
          "Split",
          "Squeeze",
          "Unsqueeze",
          "Reshape",
          "Concat",
          "Identity",
          "Cast",
          "Flatten");

  private final ImportGraph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, TensorProto> stored = new HashMap<>();
  private final Map<String, Integer> readsLeft = new HashMap<>();
  private final Map<String, String> nodes = new LinkedHashMap<>();
  private final Set<String> decidedByBatch = new HashSet<>();

  ImportedTensors(ImportGraph graph) {
    this.graph = graph;
  }

  /** Those of a graph inside a node of another one's graph. */
  static ImportedTensors within(ImportedTensors outer, ImportGraph graph) {
    ImportedTensors inner = new ImportedTensors(graph);
    inner.decidedByBatch.addAll(outer.decidedByBatch);
    return inner;
  }

  // ---- what they are

  /** Adds tensors that the file stores; they become constants once they are read. */
  void store(List<TensorProto> initializers) {
    initializers.forEach(t -> stored.put(t.getName(), t));
  }

  /** Whether the file stores a tensor. */
  boolean isStored(String tensor) {
    return stored.containsKey(tensor);
  }

  /** Says what a tensor is. */
  void put(String tensor, Value value) {
    values.put(tensor, value);
  }

  /** Says what a tensor is, and that its graph node holds it. */
  void bind(String tensor, Value value) {
    values.put(tensor, value);
    if (value.node != null) {
      nodes.put(tensor, value.node.name());
    }
  }

  /** What a tensor is; null if it is not made yet, or not needed any more. */
  @Nullable Value find(String tensor) {
    return values.get(tensor);
  }

  /**
   * What a tensor is.
   *
   * @throws io.octant.onnx.OnnxException naming the reader if it is not made yet
   */
  Value get(String name, OnnxNode reader) {
    Value v = values.get(name);
    if (v == null) {
      TensorProto constant = stored.get(name);
      if (constant == null) {
        throw reader.error(
            "input '"
                + name
                + "' is no tensor of the model so far, expected one that is made before");
      }
      v = graph.constant(OnnxTensors.decode(constant), name);
      values.put(name, v);
    }
    return v;
  }

  /** Whether a tensor is there, and is known when the graph runs only. */
  boolean isComputed(String name, OnnxNode reader) {
    return !name.isEmpty() && !get(name, reader).isKnown();
  }

  /**
   * The content of a tensor that depends on neither data nor the batch size.
   *
   * @param what it is to the reader, for the message
   * @throws io.octant.onnx.OnnxException naming the reader if it depends on one of them
   */
  Tensor known(String name, String what, OnnxNode reader) {
    Value value = get(name, reader);
    if (!value.isConstant() || decidedByBatch.contains(name)) {
      String why = value.isKnown() ? "the batch size" : "data";
      throw reader.error(
          what + " '" + name + "' depends on " + why + ", expected constants and shapes only");
    }
    return (Tensor) value.at(false);
  }

  /**
   * Notes known tensors that are the same at both batch sizes that are tried, but were computed,
   * rather than picked, from what is not: a comparison of the batch with 1, say.
   */
  void noteBatch(OnnxNode node) {
    boolean picks = PICKING.contains(node.opType());
    for (String in : node.inputs()) {
      Value v = values.get(in);
      boolean varies = v != null && v.isKnown() && !v.isConstant();
      if (decidedByBatch.contains(in) || (varies && !picks)) {
        decidedByBatch.addAll(node.outputs());
      }
    }
  }

  // ---- which nodes hold them

  /** Notes the nodes that hold known inputs, if a translation brought them into the graph. */
  void bindInputs(OnnxNode node) {
    for (String name : node.inputs()) {
      Value v = values.get(name);
      if (v != null && v.node != null) {
        nodes.putIfAbsent(name, v.node.name());
      }
    }
  }

  /** Says which node holds a tensor. */
  void hold(String tensor, Node node) {
    nodes.put(tensor, node.name());
  }

  /** Names of graph nodes by the tensors that they hold. */
  Map<String, String> nodes() {
    return nodes;
  }

  // ---- who reads them yet

  /** Counts the reads of nodes and of the graphs inside them. */
  void countReads(List<OnnxNode> readers) {
    readers.forEach(n -> n.members().forEach(this::countReadsInside));
    readers.forEach(n -> n.inputs().forEach(this::countRead));
  }

  /** Counts a read of each output of a graph. */
  void countOutputs(List<ValueInfoProto> outputs) {
    outputs.forEach(o -> countRead(o.getName()));
  }

  void countRead(String tensor) {
    readsLeft.merge(tensor, 1, Integer::sum);
  }

  /** What graphs inside a node read may be needed when it is decided. */
  void countReadsInside(NodeProto node) {
    for (AttributeProto a : node.getAttributeList()) {
      if (a.hasG()) {
        for (NodeProto inner : a.getG().getNodeList()) {
          inner.getInputList().forEach(this::countRead);
          countReadsInside(inner);
        }
        countOutputs(a.getG().getOutputList());
      }
    }
  }

  /** How often a tensor will be read yet. */
  int readsLeft(String tensor) {
    return readsLeft.getOrDefault(tensor, 0);
  }

  /** Whether any of a node's outputs will be read. */
  boolean reads(OnnxNode node, int... outputs) {
    return Arrays.stream(outputs)
        .mapToObj(node::output)
        .anyMatch(o -> !o.isEmpty() && readsLeft(o) > 0);
  }

  /** Forgets inputs that nothing reads after a node: they hold zeros of full size. */
  void release(OnnxNode node) {
    for (String in : node.inputs()) {
      if (readsLeft.merge(in, -1, Integer::sum) == 0) {
        values.remove(in);
      }
    }
  }
}
