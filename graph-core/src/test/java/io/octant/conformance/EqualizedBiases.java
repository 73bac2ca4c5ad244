package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/**
 * Biases in front of an equalized layer that PyTorch leaves unscaled: the right one is the recorded
 * one times the factors that the case records for a layer.
 */
final class EqualizedBiases {
  private static final double NEAR = 1e-5;

  private final GoldenCase golden;

  EqualizedBiases(GoldenCase golden) {
    this.golden = golden;
  }

  /** The actual tensor if it is the recorded one scaled so, which is noted in the case. */
  Tensor settle(Tensor recorded, Tensor actual) {
    if (recorded.dtype() == DType.FLOAT32 && recorded.shape().equals(actual.shape())) {
      for (JsonNode factors : golden.document().at("/expected/equalization_scales/weight")) {
        if (factors.size() == recorded.numel() && isScaled(recorded, actual, factors)) {
          golden.adjustments().add("equalized-functional-bias");
          return actual;
        }
      }
    }
    return recorded;
  }

  private static boolean isScaled(Tensor recorded, Tensor actual, JsonNode factors) {
    for (int i = 0; i < recorded.numel(); i++) {
      double scaled = recorded.doubleAt(i) * factors.get(i).asDouble();
      if (!(Math.abs(actual.doubleAt(i) - scaled) <= NEAR * Math.abs(scaled))) {
        return false;
      }
    }
    return true;
  }
}
