package io.octant.onnx.rewrite;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/** The nodes of a model in an order in which they can run, as near to the file's as there is. */
public final class NodeOrder {
  private final List<NodeProto> nodes;

  /** For each node the nodes that make what it reads, and the other way round. */
  private final List<Set<Integer>> before = new ArrayList<>();

  private final List<Set<Integer>> after = new ArrayList<>();

  private final Map<String, Integer> makers = new HashMap<>();

  private NodeOrder(GraphProto graph) {
    this.nodes = graph.getNodeList();
    for (int i = 0; i < nodes.size(); i++) {
      for (String out : nodes.get(i).getOutputList()) {
        makers.put(out, i);
      }
      before.add(new HashSet<>());
      after.add(new HashSet<>());
    }
    makers.remove("");
    for (int i = 0; i < nodes.size(); i++) {
      for (String name : reads(nodes.get(i))) {
        Integer maker = makers.get(name);
        if (maker != null && before.get(i).add(maker)) {
          after.get(maker).add(i);
        }
      }
    }
  }

  /** What a node reads, the graphs inside it included. */
  private static Set<String> reads(NodeProto node) {
    Set<String> out = new HashSet<>(node.getInputList());
    for (AttributeProto a : node.getAttributeList()) {
      if (a.hasG()) {
        a.getG().getNodeList().forEach(n -> out.addAll(reads(n)));
        a.getG().getOutputList().forEach(o -> out.add(o.getName()));
      }
    }
    return out;
  }

  /**
   * The model in order; itself if it is already. Where nodes go round in circles it stays as it is.
   *
   * @param unknown tells nodes that cannot be imported: if no output needs one of them, all nodes
   *     that no output needs are dropped
   */
  public static ModelProto run(ModelProto model, Predicate<NodeProto> unknown) {
    NodeOrder order = new NodeOrder(model.getGraph());
    Set<Integer> kept = order.kept(model.getGraph(), unknown);
    List<Integer> sorted = order.sorted();
    boolean same = kept.size() == order.nodes.size();
    for (int i = 0; i < sorted.size() && same; i++) {
      same = sorted.get(i) == i;
    }
    if (same || sorted.size() < order.nodes.size()) {
      return model;
    }
    GraphProto.Builder graph = model.getGraph().toBuilder().clearNode();
    sorted.stream().filter(kept::contains).forEach(i -> graph.addNode(order.nodes.get(i)));
    return model.toBuilder().setGraph(graph).build();
  }

  private Set<Integer> kept(GraphProto graph, Predicate<NodeProto> unknown) {
    Set<Integer> needed = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>();
    graph.getOutputList().forEach(o -> open.add(makers.getOrDefault(o.getName(), -1)));
    while (!open.isEmpty()) {
      int i = open.pop();
      if (i >= 0 && needed.add(i)) {
        open.addAll(before.get(i));
      }
    }
    Set<Integer> all = new HashSet<>();
    boolean drop = false;
    for (int i = 0; i < nodes.size(); i++) {
      all.add(i);
      drop |= !needed.contains(i) && unknown.test(nodes.get(i));
    }
    return drop ? needed : all;
  }

  /** Always the first of the file's nodes that can run. */
  private List<Integer> sorted() {
    int[] missing = before.stream().mapToInt(Set::size).toArray();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < missing.length; i++) {
      if (missing[i] == 0) {
        ready.add(i);
      }
    }
    List<Integer> out = new ArrayList<>();
    while (!ready.isEmpty()) {
      int i = ready.remove();
      out.add(i);
      for (int next : after.get(i)) {
        if (--missing[next] == 0) {
          ready.add(next);
        }
      }
    }
    return Collections.unmodifiableList(out);
  }
}
