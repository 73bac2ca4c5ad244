package io.octant.onnx.operator;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.OnnxNode;
import io.octant.onnx.rewrite.FunctionExpansion;
import io.octant.onnx.rewrite.Unrolling;
import io.octant.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * If, Loop and Scan of an import under way: a branch whose condition is known and iterations whose
 * number is known become their nodes; what data decides becomes a module with graphs inside.
 */
final class ControlFlow {
  /** Nodes that the iterations of one node may become. */
  private static final int MOST_UNROLLED = 2000;

  private final GraphTranslation translation;
  private final ImportedTensors tensors;
  private final ImportGraph graph;
  private final FunctionExpansion expansion;
  private final Map<NodeProto, GraphProto> taken = new IdentityHashMap<>();

  ControlFlow(
      GraphTranslation translation,
      ImportedTensors tensors,
      ImportGraph graph,
      FunctionExpansion expansion) {
    this.translation = translation;
    this.tensors = tensors;
    this.graph = graph;
    this.expansion = expansion;
  }

  /** Translates a node if it is one of control flow; tells whether it is. */
  boolean translates(OnnxNode node) {
    if (!node.domain().isEmpty()) {
      return false;
    }
    switch (node.opType()) {
      case "If" -> decide(node);
      case "Loop", "Scan" -> unroll(node);
      default -> {
        return false;
      }
    }
    return true;
  }

  /** The branch that was taken of each If that is decided. */
  Map<NodeProto, GraphProto> taken() {
    return taken;
  }

  /** Takes the branch that a known condition selects, and translates it for what follows. */
  private void decide(OnnxNode node) {
    String name = node.inputs().isEmpty() ? "" : node.inputs().get(0);
    if (tensors.isComputed(name, node)) {
      control(node);
      return;
    }
    Tensor value = tensors.known(name, "condition", node);
    String side = value.numel() == 1 && value.doubleAt(0) != 0 ? "then_branch" : "else_branch";
    AttributeProto branch = node.raw(side);
    if (branch == null || branch.getG().getOutputCount() < node.outputs().size()) {
      throw node.error("no " + side + " with " + node.outputs().size() + " outputs");
    }
    GraphProto inner = branch.getG();
    taken.put(node.members().get(0), inner);
    tensors.store(inner.getInitializerList());
    for (NodeProto n : inner.getNodeList()) {
      n.getInputList().forEach(tensors::countRead);
    }
    if (!translation.addAll(inner.getNodeList())) {
      return;
    }
    for (int i = 0; i < node.outputs().size(); i++) {
      if (!node.output(i).isEmpty()) {
        tensors.bind(node.output(i), tensors.get(inner.getOutput(i).getName(), node));
      }
    }
  }

  /** An If or Loop whose course is known when it runs only. */
  private void control(OnnxNode node) {
    OperatorSpec.checkVersion(node);
    graph.begin(node);
    ControlImports.Scope scope = name -> tensors.get(name, node);
    List<Value> out;
    try {
      out =
          node.opType().equals("If")
              ? ControlImports.conditional(node, scope, translation::inside, graph)
              : ControlImports.repetition(node, scope, translation::inside, graph);
    } catch (GraphTranslation.Abandoned e) {
      translation.abandon();
      return;
    }
    for (int i = 0; i < node.outputs().size() && i < out.size(); i++) {
      if (!node.output(i).isEmpty()) {
        tensors.bind(node.output(i), out.get(i));
      }
    }
  }

  /** Translates the iterations of a Loop or Scan, whose number has to be known. */
  private void unroll(OnnxNode node) {
    OperatorSpec.checkVersion(node);
    boolean scan = node.opType().equals("Scan");
    if (!scan && node.inputs().stream().limit(2).anyMatch(i -> tensors.isComputed(i, node))) {
      control(node);
      return;
    }
    Unrolling loop = expansion.unroll(node);
    List<NodeProto> all = Objects.requireNonNull(expansion.bodies().get(node.members().get(0)));
    if (scan && node.opset() < 9) {
      throw node.error("operator set " + node.opset() + ", expected 9 or later");
    }
    long trips = scan ? slices(node, loop) : trips(node);
    long most = Math.max(1, MOST_UNROLLED / loop.size());
    for (long i = 0; i < trips && goesOn(node, loop); i++) {
      if (i == most || (scan && trips > most)) {
        throw node.error(
            (trips == Long.MAX_VALUE ? "more than " + most : trips)
                + " iterations of "
                + loop.size()
                + " nodes, expected at most "
                + MOST_UNROLLED
                + " nodes in all");
      }
      List<NodeProto> nodes = loop.next(trips);
      all.addAll(nodes);
      translation.addInner(nodes, loop.kept());
    }
    List<NodeProto> end = loop.end();
    all.addAll(end);
    translation.addInner(end, List.of());
  }

  private long trips(OnnxNode node) {
    String name = node.inputs().isEmpty() ? "" : node.inputs().get(0);
    return name.isEmpty()
        ? Long.MAX_VALUE
        : (long) tensors.known(name, "number of iterations", node).item();
  }

  private boolean goesOn(OnnxNode node, Unrolling loop) {
    return !translation.isAbandoned()
        && (loop.condition().isEmpty()
            || tensors.known(loop.condition(), "condition", node).item() != 0);
  }

  private long slices(OnnxNode node, Unrolling loop) {
    long size = -1;
    for (int i = 0; i < loop.scanInputs().size(); i++) {
      Value x = tensors.get(loop.scanInputs().get(i), node);
      int here = x.fixedDim(x.axis(loop.axis(i)));
      if (here < 0 || (size >= 0 && size != here)) {
        throw node.error(
            "input '"
                + loop.scanInputs().get(i)
                + "' of shape "
                + x.shape()
                + ", expected one fixed size along the axes of all scan inputs");
      }
      size = here;
    }
    return Math.max(size, 0);
  }
}
