package io.octant.nn.normalization;

import io.octant.graph.TorchType;
import io.octant.nn.Affine;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Normalization;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;

/** Normalizes groups of channels of [N, C, …]; weight and bias are [C]. */
@TorchType("torch.nn.GroupNorm")
public class GroupNorm extends UnaryModule implements Initialization.Resettable {
  private final int numGroups;
  private final int numChannels;
  private final double eps;
  private final Affine affine;

  /** With eps 1e-5, γ and β. */
  public GroupNorm(int numGroups, int numChannels) {
    this(numGroups, numChannels, 1e-5, Affine.WEIGHT_AND_BIAS);
  }

  /**
   * γ starts at 1 and β at 0, where they are wanted.
   *
   * @param eps added to the variance before the root
   */
  public GroupNorm(int numGroups, int numChannels, double eps, Affine affine) {
    this.numGroups = numGroups;
    this.numChannels = numChannels;
    this.eps = eps;
    this.affine = affine;
    reset();
  }

  private void reset() {
    if (affine != Affine.NONE) {
      setParameter("weight", Initialization.constant(1, numChannels));
      setParameter("bias", Initialization.constant(0, numChannels));
    }
  }

  @Override
  public void resetParameters(Random random) {
    reset();
  }

  @Override
  public Tensor forward(Tensor input) {
    return Normalization.groupNorm(input, numGroups, findTensor("weight"), findTensor("bias"), eps);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "num_groups",
        numGroups,
        "num_channels",
        numChannels,
        "eps",
        eps,
        "affine",
        affine != Affine.NONE);
  }
}
