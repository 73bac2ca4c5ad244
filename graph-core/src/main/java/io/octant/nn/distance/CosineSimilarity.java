package io.octant.nn.distance;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.reference.kernel.Distances;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Cosine of the angle between two vectors along an axis. */
@TorchType("torch.nn.CosineSimilarity")
public class CosineSimilarity extends PairModule {
  private final int dim;
  private final double eps;

  /** Along axis 1 with eps 1e-8. */
  public CosineSimilarity() {
    this(1, 1e-8);
  }

  /**
   * A similarity.
   *
   * @param eps what the length of a vector counts as at least
   */
  public CosineSimilarity(int dim, double eps) {
    super("x1", "x2");
    this.dim = dim;
    this.eps = eps;
  }

  @Override
  public Tensor forward(Tensor a, Tensor b) {
    return Distances.cosine(a, b, dim, eps);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("dim", dim, "eps", eps);
  }
}
