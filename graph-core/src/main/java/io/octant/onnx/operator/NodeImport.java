package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.List;

/** Translates one operator; the arity and attributes of the node have been checked. */
@FunctionalInterface
public interface NodeImport {
  /**
   * Emits what computes the node's outputs.
   *
   * @return one value for each output, in order; optional ones at the end may be left out
   * @throws io.octant.onnx.OnnxException if the operator is used in a way that is not supported
   */
  List<Value> run(OnnxNode node, Inputs inputs, ImportGraph graph);

  /** For operators of one output. */
  @FunctionalInterface
  interface Single {
    /** Translates one node; the result is the value of its only output. */
    Value run(OnnxNode node, Inputs inputs, ImportGraph graph);
  }
}
