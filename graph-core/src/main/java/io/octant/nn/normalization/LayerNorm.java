package io.octant.nn.normalization;

import io.octant.graph.TorchType;
import io.octant.nn.Affine;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Normalization;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/** Normalizes over the last axes; weight and bias have the normalized shape. */
@TorchType("torch.nn.LayerNorm")
public class LayerNorm extends UnaryModule implements Initialization.Resettable {
  private final Shape normalizedShape;
  private final double eps;
  private final Affine affine;

  /** With eps 1e-5, γ and β. */
  public LayerNorm(int... normalizedShape) {
    this(Shape.of(normalizedShape), 1e-5, Affine.WEIGHT_AND_BIAS);
  }

  /**
   * γ starts at 1 and β at 0, where they are wanted.
   *
   * @param normalizedShape sizes of the last axes of inputs
   * @param eps added to the variance before the root
   */
  public LayerNorm(Shape normalizedShape, double eps, Affine affine) {
    this.normalizedShape = normalizedShape;
    this.eps = eps;
    this.affine = affine;
    reset();
  }

  private void reset() {
    if (affine != Affine.NONE) {
      setParameter("weight", Initialization.constant(1, normalizedShape.toArray()));
    }
    if (affine == Affine.WEIGHT_AND_BIAS) {
      setParameter("bias", Initialization.constant(0, normalizedShape.toArray()));
    }
  }

  @Override
  public void resetParameters(Random random) {
    reset();
  }

  /** The sizes of the last axes of inputs, over which means and variances are taken. */
  public Shape normalizedShape() {
    return normalizedShape;
  }

  /** What is added to the variance before the root. */
  public double eps() {
    return eps;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Normalization.layerNorm(
        input, normalizedShape, findTensor("weight"), findTensor("bias"), eps);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "normalized_shape",
        Hyperparameters.tuple(Arrays.stream(normalizedShape.toArray()).boxed().toList()),
        "eps",
        eps,
        "elementwise_affine",
        affine != Affine.NONE);
  }
}
