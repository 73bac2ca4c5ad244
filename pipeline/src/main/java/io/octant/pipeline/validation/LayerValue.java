package io.octant.pipeline.validation;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A value along the network: what a node of the float model gives, and its like in the written int8
 * model.
 *
 * @param node name in the float graph
 * @param operator what it applies; {@code input} for an input of the model
 * @param source the ONNX operator and node that it stands for, "" for an input
 * @param tap name of the node of the written model's graph that gives the value in float, after the
 *     quantizer if it has one; null if the value is not compared
 * @param grid how the written model quantizes the value; null if it leaves it in float
 * @param reason why it is not compared; "" if it is
 * @param endsIn node of the float graph that ends the int8 layer which holds the value within; null
 *     if none does
 */
public record LayerValue(
    String node,
    String operator,
    String source,
    @Nullable String tap,
    @Nullable Grid grid,
    String reason,
    @Nullable String endsIn)
    implements Serializable {

  LayerValue without(String why) {
    return new LayerValue(node, operator, source, null, grid, why, null);
  }

  boolean isCompared() {
    return tap != null;
  }

  /**
   * The numbers that a quantized value can take: {@code (q − zeroPoint) · scale}.
   *
   * @param dtype of q, under PyTorch's name
   * @param quantMin the smallest q
   * @param quantMax the largest q
   */
  public record Grid(double scale, long zeroPoint, int quantMin, int quantMax, String dtype)
      implements Serializable {
    /** Whether a number lies beyond the ends by more than rounding: half a step. */
    boolean clips(double x) {
      return x < (quantMin - zeroPoint - 0.5) * scale || x > (quantMax - zeroPoint + 0.5) * scale;
    }
  }
}
