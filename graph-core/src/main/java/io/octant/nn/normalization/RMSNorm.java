package io.octant.nn.normalization;

import io.octant.graph.TorchType;
import io.octant.nn.Affine;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.Sizes;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Normalization;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Divides by the root of the mean square over the last axes; the weight has their shape. */
@TorchType("torch.nn.RMSNorm")
public class RMSNorm extends UnaryModule implements Initialization.Resettable {
  private final Shape normalizedShape;
  private final @Nullable Double eps;
  private final Affine affine;

  /** With a weight, and the epsilon of the input's type. */
  public RMSNorm(int... normalizedShape) {
    this(Shape.of(normalizedShape), null, Affine.WEIGHT);
  }

  /**
   * A normalization.
   *
   * @param eps added to the mean square; null for the epsilon of the input's type
   */
  public RMSNorm(Shape normalizedShape, @Nullable Double eps, Affine affine) {
    this.normalizedShape = normalizedShape;
    this.eps = eps;
    this.affine = affine;
    reset();
  }

  private void reset() {
    if (affine == Affine.WEIGHT_AND_BIAS) {
      throw new io.octant.OctantException(
          "Cannot configure RMSNorm: weight and bias, expected a weight or nothing");
    }
    if (affine == Affine.WEIGHT) {
      setParameter("weight", Initialization.constant(1, normalizedShape.toArray()));
    }
  }

  @Override
  public void resetParameters(Random random) {
    reset();
  }

  @Override
  public Tensor forward(Tensor input) {
    return Normalization.rmsNorm(input, normalizedShape, findTensor("weight"), eps);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "normalized_shape",
        Hyperparameters.tuple(Sizes.list(normalizedShape.toArray())),
        "eps",
        eps,
        "elementwise_affine",
        affine == Affine.WEIGHT);
  }
}
