package io.octant.graph;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Nodes of a graph whose values are integers or truth values, as far as whoever made the graph
 * knows. Attached to it; passes that quantize leave these values alone. Names of nodes stay through
 * fusion, so that the fact holds for the fused graph too.
 *
 * @param nodes names of nodes
 */
public record IntegerValues(Set<String> nodes) {
  public IntegerValues {
    nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
  }

  /** What is attached to a graph; nothing known otherwise. */
  public static IntegerValues of(GraphModule model) {
    return model.attachment(IntegerValues.class).orElseGet(() -> new IntegerValues(Set.of()));
  }

  /** Whether a node is among them, by its name. */
  public boolean contains(Node node) {
    return nodes.contains(node.name());
  }
}
