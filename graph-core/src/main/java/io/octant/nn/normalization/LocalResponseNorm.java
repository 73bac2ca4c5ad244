package io.octant.nn.normalization;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Normalization;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Divides by {@code (k + α · mean of the squares of neighbouring channels)^β}. */
@TorchType("torch.nn.LocalResponseNorm")
public class LocalResponseNorm extends UnaryModule {
  private final int size;
  private final double alpha;
  private final double beta;
  private final double k;

  /** With α 1e-4, β 0.75 and k 1. */
  public LocalResponseNorm(int size) {
    this(size, 1e-4, 0.75, 1);
  }

  /**
   * A normalization.
   *
   * @param size number of channels in a mean
   */
  public LocalResponseNorm(int size, double alpha, double beta, double k) {
    this.size = size;
    this.alpha = alpha;
    this.beta = beta;
    this.k = k;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Normalization.localResponseNorm(input, size, alpha, beta, k);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("size", size, "alpha", alpha, "beta", beta, "k", k);
  }
}
