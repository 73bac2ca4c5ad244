package io.octant.onnx;

import io.octant.OctantException;

/** An ONNX file or model cannot be read, imported or written. The message names file and node. */
public class OnnxException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names file, node or tensor. */
  public OnnxException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public OnnxException(String message, Throwable cause) {
    super(message, cause);
  }
}
