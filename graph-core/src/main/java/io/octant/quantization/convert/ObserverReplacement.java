package io.octant.quantization.convert;

import io.octant.graph.Node;
import io.octant.quantization.observer.ActivationPostProcess;

/** Puts quantize and dequantize in the place of an observer. */
interface ObserverReplacement {
  /**
   * Replaces a node whose observer has quantization parameters, or is dynamic or half precision.
   */
  void replace(Node node, ActivationPostProcess observer);
}
