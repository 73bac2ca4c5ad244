package io.octant.nn.distance;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.reference.kernel.Distances;
import io.octant.reference.kernel.Reductions.Axes;
import io.octant.tensor.Tensor;
import java.util.Map;

/** The p-norm of the difference of two vectors along the last axis. */
@TorchType("torch.nn.PairwiseDistance")
public class PairwiseDistance extends PairModule {
  private final double norm;
  private final double eps;
  private final Axes axes;

  /** The Euclidean distance, with eps 1e-6; the last axis disappears. */
  public PairwiseDistance() {
    this(2, 1e-6, Axes.DROP);
  }

  /**
   * A distance.
   *
   * @param norm p
   * @param eps added to the difference
   */
  public PairwiseDistance(double norm, double eps, Axes axes) {
    super("x1", "x2");
    this.norm = norm;
    this.eps = eps;
    this.axes = axes;
  }

  @Override
  public Tensor forward(Tensor a, Tensor b) {
    return Distances.pairwise(a, b, norm, eps, axes);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("norm", norm, "eps", eps, "keepdim", axes == Axes.KEEP);
  }
}
