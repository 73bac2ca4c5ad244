package io.octant.onnx.export;

/** How an operator is written. */
interface NodeExport {
  /**
   * Emits the nodes of a call.
   *
   * @return the name of the result, or a list of those of several, which may be lists again, "" for
   *     None
   * @throws io.octant.OctantException if ONNX cannot say this call; the message tells why
   */
  Object run(NodeCall call);
}
