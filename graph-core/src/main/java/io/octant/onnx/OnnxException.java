package io.octant.onnx;

import io.octant.OctantException;

/** An ONNX file or model cannot be read, imported or written. The message names file and node. */
public class OnnxException extends OctantException {
  private static final long serialVersionUID = 1L;

  private final boolean namesNode;

  /** An error with its message, which names file, node or tensor. */
  public OnnxException(String message) {
    super(message);
    this.namesNode = false;
  }

  /** An error whose message names the node at fault. */
  OnnxException(OnnxNode node, String why) {
    super("Cannot import " + node + ": " + why);
    this.namesNode = true;
  }

  /** An error with its message and what caused it. */
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
    this.namesNode = false;
  }

  /** Whether the message begins with the node at fault. */
  public boolean namesNode() {
    return namesNode;
  }
}
