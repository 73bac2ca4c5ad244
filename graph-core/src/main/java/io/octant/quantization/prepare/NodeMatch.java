package io.octant.quantization.prepare;

import io.octant.graph.Node;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.backend.MatchedNodes;
import io.octant.quantization.backend.ObservationType;
import java.util.Optional;

/**
 * The operators that are observed as one, shared by all of their nodes.
 *
 * @param kind why they belong together
 * @param nodes the matched nodes
 * @param root the node whose inputs are observed
 * @param config the pattern, empty for custom and standalone modules
 * @param tensorArguments how many positional arguments of the root are tensors
 */
record NodeMatch(
    Kind kind,
    MatchedNodes nodes,
    Node root,
    Optional<BackendPatternConfig> config,
    int tensorArguments) {

  /** Kinds of match. */
  enum Kind {
    PATTERN,
    CUSTOM_MODULE,
    STANDALONE_MODULE
  }

  static NodeMatch ofModule(Kind kind, Node node) {
    return new NodeMatch(kind, new MatchedNodes.One(node), node, Optional.empty(), 1);
  }

  /** The node whose output is observed. */
  Node last() {
    return nodes.last();
  }

  /** How the output is observed. Tensor plus tensor and tensor plus scalar may differ. */
  ObservationType observationType() {
    return config
        .map(
            c ->
                c.numTensorArgsToObservationType()
                    .getOrDefault(tensorArguments, c.observationType()))
        .orElse(ObservationType.OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT);
  }

  boolean sharesObserverWithInput() {
    return observationType() == ObservationType.OUTPUT_SHARE_OBSERVER_WITH_INPUT;
  }
}
