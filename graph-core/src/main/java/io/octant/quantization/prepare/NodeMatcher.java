package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.MatchedNodes;
import io.octant.quantization.backend.PatternMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds which operators a backend knows. Nodes are visited last to first and larger patterns tried
 * first; the first match of a node wins. Custom and standalone modules match by themselves.
 */
final class NodeMatcher {
  private final GraphModule model;
  private final BackendConfig backend;
  private final PrepareCustomConfig custom;
  private final NonTensors nonTensors;

  NodeMatcher(
      GraphModule model, BackendConfig backend, PrepareCustomConfig custom, NonTensors nonTensors) {
    this.model = model;
    this.backend = backend;
    this.custom = custom;
    this.nonTensors = nonTensors;
  }

  /** Matches by each of their nodes. */
  Map<Node, NodeMatch> matches() {
    Map<Node, NodeMatch> out = new IdentityHashMap<>();
    List<BackendPatternConfig> patterns = backend.bySize();
    PatternMatcher matcher = new PatternMatcher(model);
    List<Node> nodes = new ArrayList<>(model.graph().nodes());
    Collections.reverse(nodes);
    for (Node node : nodes) {
      if (!out.containsKey(node)) {
        match(node, patterns, matcher)
            .ifPresent(m -> m.nodes().nodes().forEach(n -> out.put(n, m)));
      }
    }
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m) {
        ModuleType type = model.moduleOf(node).type();
        if (custom.observedType(type) != null) {
          out.put(node, NodeMatch.ofModule(NodeMatch.Kind.CUSTOM_MODULE, node));
        }
        if (isStandalone(m.target(), type)) {
          out.put(node, NodeMatch.ofModule(NodeMatch.Kind.STANDALONE_MODULE, node));
        }
      }
    }
    return out;
  }

  private boolean isStandalone(String path, ModuleType type) {
    return custom.standaloneModuleNames().containsKey(path)
        || custom.standaloneModuleClasses().containsKey(type);
  }

  private Optional<NodeMatch> match(
      Node node, List<BackendPatternConfig> patterns, PatternMatcher matcher) {
    for (BackendPatternConfig config : patterns) {
      Optional<MatchedNodes> found = matcher.match(config.pattern(), node);
      if (found.isPresent()) {
        Node root =
            config
                .rootNodeGetter()
                .map(getter -> getter.pick(found.get()).get(0).last())
                .orElseGet(() -> found.get().firstRoot());
        return Optional.of(
            new NodeMatch(
                NodeMatch.Kind.PATTERN,
                found.get(),
                root,
                Optional.of(config),
                tensorArguments(root)));
      }
    }
    return Optional.empty();
  }

  private int tensorArguments(Node root) {
    return (int)
        root.args().stream()
            .filter(a -> a instanceof Node n && !nonTensors.hasNoTensorArguments(n))
            .count();
  }
}
