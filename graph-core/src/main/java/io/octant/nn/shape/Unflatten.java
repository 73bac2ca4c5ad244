package io.octant.nn.shape;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Sizes;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Splits an axis into several; one of the sizes may be −1. */
@TorchType("torch.nn.Unflatten")
public class Unflatten extends UnaryModule {
  private final int dim;
  private final int[] sizes;

  /** Splits one axis into sizes whose product is its own; negative axes count from the end. */
  public Unflatten(int dim, int... sizes) {
    this.dim = dim;
    this.sizes = sizes.clone();
  }

  @Override
  public Tensor forward(Tensor input) {
    return Shapes.unflatten(input, dim, sizes);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "dim", dim, "unflattened_size", Hyperparameters.tuple(Sizes.list(sizes)));
  }
}
