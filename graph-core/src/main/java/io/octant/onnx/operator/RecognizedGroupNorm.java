package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * What the group norm of {@link io.octant.onnx.pattern} leaves to be found out with shapes at hand:
 * whether its last reshape brings back the shape of what it normalizes.
 */
final class RecognizedGroupNorm {
  private static final int SHAPE = 3;

  private RecognizedGroupNorm() {}

  /** Whether a node stands for what a pattern took for a group norm, and is none. */
  static boolean isMistaken(OnnxNode node, ImportedTensors tensors) {
    if (!node.domain().equals(OnnxOperators.PATTERN_DOMAIN) || !node.opType().equals("GroupNorm")) {
      return false;
    }
    Value x = tensors.get(node.inputs().get(0), node);
    Value wanted = tensors.get(node.inputs().get(SHAPE), node);
    return x.isLate()
        || !wanted.isKnown()
        || !isShape((Tensor) wanted.at(false), x.shape())
        || !isShape((Tensor) wanted.at(true), x.largeShape());
  }

  /** Whether a reshape of a tensor with as many elements gives a shape. */
  private static boolean isShape(Tensor wanted, Shape shape) {
    boolean same = wanted.numel() == shape.rank();
    boolean inferred = false;
    for (int i = 0; i < shape.rank() && same; i++) {
      long size = wanted.longAt(i);
      boolean copied = i == 0 && size == 0; // axis 0 is kept all the way
      same = copied || size == shape.dim(i) || (size == -1 && !inferred);
      inferred |= size == -1;
    }
    return same;
  }
}
