package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.OnnxException;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The nodes of a model with recognized groups merged, in an order in which they can run. */
public final class PatternPass {
  /** Larger groups first: a hard swish contains a clip, a layer norm contains an add. */
  private static final List<Pattern> PATTERNS =
      List.of(
          LayerNormPattern::match,
          RmsNormPattern::match,
          GroupNormPattern::match,
          GeluPattern::match,
          HardSwishPattern::match,
          SiluPattern::match,
          MatMulAddPattern::match);

  private PatternPass() {}

  /** The model's nodes in order, each group that a pattern recognizes as one. */
  public static List<OnnxNode> run(OnnxModel model) {
    NodeGraph graph = new NodeGraph(model);
    List<NodeProto> nodes = graph.nodes();
    Map<NodeProto, Integer> position = new IdentityHashMap<>();
    for (NodeProto n : nodes) {
      position.put(n, position.size());
    }
    // A group runs where its last node stood: all of its inputs exist by then, and as nothing
    // outside reads what is inside, nothing needs it earlier.
    Map<NodeProto, Match> endOf = new IdentityHashMap<>();
    Set<NodeProto> taken = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    for (Pattern pattern : PATTERNS) {
      for (NodeProto anchor : nodes) {
        Match match = taken.contains(anchor) ? null : match(pattern, anchor, graph, model);
        if (match != null && match.members().stream().noneMatch(taken::contains)) {
          taken.addAll(match.members());
          endOf.put(
              match.members().stream().max(Comparator.comparingInt(position::get)).orElseThrow(),
              match);
        }
      }
    }
    List<OnnxNode> out = new ArrayList<>();
    for (NodeProto n : nodes) {
      Match match = endOf.get(n);
      if (match != null) {
        List<NodeProto> members =
            match.members().stream().sorted(Comparator.comparingInt(position::get)).toList();
        out.add(new OnnxNode(match.replacement(), members, model.opset()));
      } else if (!taken.contains(n)) {
        out.add(new OnnxNode(n, List.of(n), model.opset(n.getDomain())));
      }
    }
    return out;
  }

  private static @Nullable Match match(
      Pattern pattern, NodeProto anchor, NodeGraph graph, OnnxModel model) {
    try {
      return pattern.match(anchor, graph);
    } catch (IndexOutOfBoundsException e) {
      OnnxNode node = new OnnxNode(anchor, List.of(anchor), model.opset(anchor.getDomain()));
      OnnxException failure =
          node.error(
              "it or a node that it reads has too few inputs, expected those of its operator");
      failure.initCause(e);
      throw failure;
    }
  }
}
