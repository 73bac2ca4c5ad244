package io.octant.nn.normalization;

import org.jspecify.annotations.Nullable;

/**
 * Hyperparameters of batch and instance normalization.
 *
 * @param momentum weight of a new batch in the running statistics, null for a cumulative average
 * @param affine whether γ and β exist
 * @param trackRunningStats whether running statistics exist
 */
public record BatchNormSettings(
    int numFeatures,
    double eps,
    @Nullable Double momentum,
    boolean affine,
    boolean trackRunningStats) {

  /** PyTorch's defaults for batch norm: eps 1e-5, momentum 0.1, affine, running statistics. */
  public static BatchNormSettings of(int numFeatures) {
    return new BatchNormSettings(numFeatures, 1e-5, 0.1, true, true);
  }

  /** PyTorch's defaults for instance norm: eps 1e-5, neither affine nor running statistics. */
  public static BatchNormSettings ofInstance(int numFeatures) {
    return new BatchNormSettings(numFeatures, 1e-5, 0.1, false, false);
  }

  /** With another number added to the variance before the root. */
  public BatchNormSettings withEps(double value) {
    return new BatchNormSettings(numFeatures, value, momentum, affine, trackRunningStats);
  }

  /**
   * With another weight of a new batch in the running statistics; null averages all batches alike.
   */
  public BatchNormSettings withMomentum(@Nullable Double value) {
    return new BatchNormSettings(numFeatures, eps, value, affine, trackRunningStats);
  }

  /** With γ and β. */
  public BatchNormSettings withAffine() {
    return new BatchNormSettings(numFeatures, eps, momentum, true, trackRunningStats);
  }

  /** Without γ and β. */
  public BatchNormSettings withoutAffine() {
    return new BatchNormSettings(numFeatures, eps, momentum, false, trackRunningStats);
  }

  /** With running statistics. */
  public BatchNormSettings withRunningStats() {
    return new BatchNormSettings(numFeatures, eps, momentum, affine, true);
  }

  /** Without running statistics: batch statistics are used in evaluation too. */
  public BatchNormSettings withoutRunningStats() {
    return new BatchNormSettings(numFeatures, eps, momentum, affine, false);
  }
}
