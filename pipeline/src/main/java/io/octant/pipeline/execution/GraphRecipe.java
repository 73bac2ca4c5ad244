package io.octant.pipeline.execution;

import io.octant.graph.GraphModule;
import java.io.Serializable;

/**
 * How to make a graph, anywhere: the same recipe gives an equal graph in every JVM. Large parts of
 * a recipe belong in a Spark broadcast; the recipe itself is copied into every task.
 */
public interface GraphRecipe extends Serializable {

  /**
   * Makes the graph.
   *
   * @throws io.octant.OctantException if it cannot be made
   */
  GraphModule make();
}
