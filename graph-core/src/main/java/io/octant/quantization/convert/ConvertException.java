package io.octant.quantization.convert;

import io.octant.OctantException;
import io.octant.graph.Node;

/** A prepared model cannot be converted as asked. The message names the node or module. */
public class ConvertException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the node or module. */
  public ConvertException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public ConvertException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Runs a step of converting a node, whose name goes before what the step refuses. */
  static void naming(Node node, Runnable step) {
    try {
      step.run();
    } catch (OctantException e) {
      throw new ConvertException(
          "Cannot convert node " + node.described() + ": " + e.getMessage(), e);
    }
  }
}
