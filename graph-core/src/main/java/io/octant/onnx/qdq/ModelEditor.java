package io.octant.onnx.qdq;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxTensors;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model being changed: nodes go in before or after those of the file, inputs are
 * redirected, tensors renamed. Everything not touched stays as it is, in its order.
 */
final class ModelEditor {
  /** Before version 4 of the format every initializer had to be an input too. */
  private static final int OLDEST_IR = 4;

  /** Position of what has to run before the file's first node. */
  private static final int START = -1;

  private final OnnxModel original;
  private final List<NodeProto.@Nullable Builder> nodes = new ArrayList<>();
  private final Map<Integer, List<NodeProto.Builder>> before = new HashMap<>();
  private final Map<Integer, List<NodeProto.Builder>> after = new HashMap<>();
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> renamed = new HashMap<>();

  ModelEditor(OnnxModel original) {
    this.original = original;
    GraphProto graph = original.graph();
    for (NodeProto n : graph.getNodeList()) {
      n.getOutputList().forEach(o -> positions.put(o, nodes.size()));
      names.add(n.getName());
      names.addAll(n.getInputList());
      names.addAll(n.getOutputList());
      nodes.add(n.toBuilder());
    }
    Map<String, TensorProto> scalars = ScalarParameters.of(graph);
    for (TensorProto t : graph.getInitializerList()) {
      initializers.put(t.getName(), scalars.getOrDefault(t.getName(), t));
      names.add(t.getName());
    }
    graph.getInputList().forEach(v -> names.add(v.getName()));
  }

  /** A name that nothing in the model has, made from a wanted one. */
  String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  /** Position of the node of the file that makes a tensor; −1 for inputs and initializers. */
  int producer(String tensor) {
    return positions.getOrDefault(tensor, START);
  }

  NodeProto.Builder node(int index) {
    NodeProto.Builder n = nodes.get(index);
    if (n == null) {
      throw new IllegalStateException("Node " + index + " has been removed");
    }
    return n;
  }

  /** Makes a factor 1, which is the default of all of them. */
  void removeFactor(int index, String name) {
    NodeProto.Builder n = node(index);
    for (int i = n.getAttributeCount() - 1; i >= 0; i--) {
      if (n.getAttribute(i).getName().equals(name) && n.getAttribute(i).getF() != 1) {
        n.removeAttribute(i);
      }
    }
  }

  /** Adds an initializer under a name like the wanted one; returns the name. */
  String initializer(String wanted, Tensor value) {
    String name = unique(wanted);
    initializers.put(name, OnnxTensors.encode(name, value));
    return name;
  }

  void insertBefore(int index, NodeProto.Builder node) {
    before.computeIfAbsent(index, i -> new ArrayList<>()).add(node);
    node.getOutputList().forEach(o -> positions.put(o, index));
  }

  /** Inserts a node right after whatever makes a tensor: a node, or the graph's inputs. */
  void insertAfterProducer(String tensor, NodeProto.Builder node) {
    int index = positions.getOrDefault(tensor, START);
    after.computeIfAbsent(index, i -> new ArrayList<>()).add(node);
    node.getOutputList().forEach(o -> positions.put(o, index));
  }

  /** Lets a node read another tensor; returns how many of its inputs changed. */
  int redirect(int index, Collection<String> from, String to) {
    int changed = 0;
    NodeProto.Builder n = nodes.get(index);
    for (int i = 0; n != null && i < n.getInputCount(); i++) {
      if (from.contains(n.getInput(i))) {
        n.setInput(i, to);
        changed++;
      }
    }
    return changed;
  }

  /** Whether a node reads a tensor. */
  boolean reads(int index, String tensor) {
    NodeProto.Builder n = nodes.get(index);
    return n != null && n.getInputList().contains(tensor);
  }

  /** Takes a node out; its output is made by another node of the file from now on. */
  void replaceByProducer(int index, int producer) {
    String output = node(index).getOutput(0);
    node(producer).setOutput(0, output);
    positions.put(output, producer);
    nodes.set(index, null);
  }

  /** Gives a tensor another name everywhere; takes effect when the model is built. */
  void rename(String tensor, String name) {
    renamed.put(tensor, name);
  }

  /** The changed model, without the constants that nothing reads any more. */
  ModelProto build(Provenance provenance) {
    List<NodeProto> ordered = ordered();
    Set<String> readBefore = reads(original.graph().getNodeList());
    Set<String> readNow = reads(ordered);
    original.graph().getOutputList().forEach(o -> readNow.add(o.getName()));
    Set<String> unused = new HashSet<>(readBefore);
    unused.removeAll(readNow);
    GraphProto.Builder graph =
        original.graph().toBuilder().clearNode().clearInitializer().clearInput().clearValueInfo();
    for (NodeProto n : ordered) {
      boolean deadConstant = n.getOpType().equals("Constant") && unused.contains(n.getOutput(0));
      if (!deadConstant) {
        graph.addNode(n);
      }
    }
    for (TensorProto t : initializers.values()) {
      if (!unused.contains(t.getName())) {
        graph.addInitializer(t);
      }
    }
    Set<String> made = new HashSet<>();
    ordered.forEach(n -> made.addAll(n.getOutputList()));
    for (ValueInfoProto v : original.graph().getValueInfoList()) {
      if (made.contains(v.getName())) {
        graph.addValueInfo(v);
      }
    }
    for (ValueInfoProto in : original.graph().getInputList()) {
      boolean deadInitializer =
          unused.contains(in.getName()) && initializers.containsKey(in.getName());
      if (!deadInitializer) {
        graph.addInput(in);
      }
    }
    ModelProto.Builder out = original.proto().toBuilder().setGraph(graph).clearMetadataProps();
    out.setIrVersion(Math.max(out.getIrVersion(), OLDEST_IR));
    for (StringStringEntryProto p : original.proto().getMetadataPropsList()) {
      if (!p.getKey().startsWith(Provenance.PREFIX)) {
        out.addMetadataProps(p);
      }
    }
    provenance
        .facts()
        .forEach(
            (key, value) ->
                out.addMetadataPropsBuilder().setKey(Provenance.PREFIX + key).setValue(value));
    return out.build();
  }

  private List<NodeProto> ordered() {
    List<NodeProto> out = new ArrayList<>();
    append(after.getOrDefault(START, List.of()), out);
    for (int i = 0; i < nodes.size(); i++) {
      append(before.getOrDefault(i, List.of()), out);
      NodeProto.Builder n = nodes.get(i);
      if (n != null) {
        append(List.of(n), out);
      }
      append(after.getOrDefault(i, List.of()), out);
    }
    return out;
  }

  private void append(List<NodeProto.Builder> some, List<NodeProto> out) {
    for (NodeProto.Builder n : some) {
      for (int i = 0; i < n.getInputCount(); i++) {
        n.setInput(i, renamed.getOrDefault(n.getInput(i), n.getInput(i)));
      }
      for (int i = 0; i < n.getOutputCount(); i++) {
        n.setOutput(i, renamed.getOrDefault(n.getOutput(i), n.getOutput(i)));
      }
      out.add(n.build());
    }
  }

  private static Set<String> reads(List<NodeProto> nodes) {
    Set<String> out = new HashSet<>();
    nodes.forEach(n -> out.addAll(n.getInputList()));
    return out;
  }
}
