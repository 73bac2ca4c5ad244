package io.octant.onnx.qdq;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxOrigin;
import io.octant.onnx.OnnxSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which ONNX nodes and tensors stand behind a node of a quantized graph.
 *
 * <p>Fusion keeps the first node of a group and drops those after it. A node that is still there
 * therefore stands for itself and for the run of sole users after it that are not. Where an
 * addition was fused, its other operand is there as well: it is read by the node that stands for
 * the addition.
 */
final class FusedChains {
  private final GraphModule imported;
  private final GraphModule quantized;
  private final OnnxSource source;
  private final Map<String, Set<String>> tensorsOf = new HashMap<>();

  /** Which node of the quantized graph stands for each of the imported one. */
  private final Map<Node, String> stands = new HashMap<>();

  FusedChains(GraphModule imported, GraphModule quantized, OnnxSource source) {
    this.imported = imported;
    this.quantized = quantized;
    this.source = source;
    source
        .tensors()
        .forEach(
            (tensor, node) ->
                tensorsOf.computeIfAbsent(node, n -> new LinkedHashSet<>()).add(tensor));
    imported.graph().forEach(n -> findStanding(n).ifPresent(name -> stands.put(n, name)));
  }

  private Optional<String> findStanding(Node node) {
    if (quantized.graph().find(node.name()) != null) {
      return Optional.of(node.name());
    }
    Set<String> before = new LinkedHashSet<>();
    for (Node in : node.inputs()) {
      String name = stands.get(in);
      if (name != null) {
        before.add(name);
      }
    }
    return before.size() < 2
        ? before.stream().findFirst()
        : before.stream().filter(n -> reads(n).containsAll(others(before, n))).findFirst();
  }

  private static Set<String> others(Set<String> names, String name) {
    Set<String> out = new LinkedHashSet<>(names);
    out.remove(name);
    return out;
  }

  /** Imported nodes whose values a node of the quantized graph reads, quantized or not. */
  private Set<String> reads(String name) {
    Set<String> out = new LinkedHashSet<>();
    Deque<Node> left = new ArrayDeque<>(quantized.graph().node(name).inputs());
    while (!left.isEmpty()) {
      Node in = left.pop();
      if (isImported(in.name())) {
        out.add(in.name());
      } else {
        left.addAll(in.inputs());
      }
    }
    return out;
  }

  /** Whether a node of the quantized graph was there at import. */
  boolean isImported(String name) {
    return imported.graph().find(name) != null;
  }

  /**
   * Whether a value is computed within one ONNX operator, so that no tensor of the file holds it.
   */
  boolean isInsideOperator(String name) {
    if (!isImported(name) || source.findOrigin(name) == null) {
      return false;
    }
    List<Node> chain = chain(name);
    return !tensorsOf.containsKey(chain.get(chain.size() - 1).name());
  }

  /** The module that a node called at import; null if it called none. */
  @Nullable Module module(String name) {
    Node node = imported.graph().node(name);
    return node.operation() instanceof Operation.CallModule ? imported.moduleOf(node) : null;
  }

  /** The nodes of the imported graph that a node of the quantized one stands for, in order. */
  List<Node> chain(String name) {
    List<Node> out = new ArrayList<>();
    Node at = imported.graph().node(name);
    out.add(at);
    while (at.users().size() == 1) {
      Node user = at.users().iterator().next();
      boolean within = quantized.graph().find(user.name()) == null && name.equals(stands.get(user));
      if (user.isOutput() || !within) {
        break;
      }
      out.add(user);
      at = user;
    }
    return out;
  }

  /** Positions of the ONNX nodes behind a chain, without repeats, in its order. */
  List<Integer> onnxNodes(List<Node> chain) {
    Set<Integer> out = new LinkedHashSet<>();
    for (Node n : chain) {
      OnnxOrigin origin = source.findOrigin(n.name());
      if (origin != null) {
        out.addAll(origin.nodes());
      }
    }
    return List.copyOf(out);
  }

  /**
   * ONNX names of the tensor that a node of the quantized graph computes: several where operators
   * that do nothing lie between. The first is the one that is made first.
   *
   * @throws OnnxException if the value has no counterpart in the file
   */
  Set<String> tensors(Node node) {
    List<Node> chain = chain(node.name());
    Set<String> found = tensorsOf.get(chain.get(chain.size() - 1).name());
    if (found == null) {
      throw new OnnxException(
          "Cannot export node "
              + node.described()
              + " quantized: its value is no tensor of "
              + source.file()
              + ", expected it to be one operator's output");
    }
    return found;
  }
}
