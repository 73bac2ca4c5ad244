package io.octant.graph;

import io.octant.OctantException;

/** A graph is malformed, or a node cannot be built, resolved or run. The message names the node. */
public class GraphException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the node or path at fault. */
  public GraphException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public GraphException(String message, Throwable cause) {
    super(message, cause);
  }
}
