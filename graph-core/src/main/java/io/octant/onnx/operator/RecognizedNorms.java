package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * What the norms of {@link io.octant.onnx.pattern} leave to be found out with shapes at hand:
 * whether a group norm's last reshape brings back the shape of what it normalizes, and whether the
 * axis of a layer or RMS norm is the last one.
 */
final class RecognizedNorms {
  private static final int SHAPE = 3;

  private RecognizedNorms() {}

  /** Whether a node stands for what a pattern took for a norm, and is none. */
  static boolean isMistaken(OnnxNode node, ImportedTensors tensors) {
    return switch (node.opType()) {
      case "GroupNorm" ->
          node.domain().equals(OnnxOperators.PATTERN_DOMAIN) && isOtherShape(node, tensors);
      case "LayerNormalization", "SimplifiedLayerNormalization" ->
          node.members().size() > 1 && isInnerAxis(node, tensors);
      default -> false;
    };
  }

  private static boolean isInnerAxis(OnnxNode node, ImportedTensors tensors) {
    long axis = node.integer("axis", -1);
    if (axis == -1) {
      return false;
    }
    Value x = tensors.get(node.inputs().get(0), node);
    return x.isLate() || axis != x.rank() - 1;
  }

  private static boolean isOtherShape(OnnxNode node, ImportedTensors tensors) {
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
