package io.octant.nn.pooling;

import io.octant.nn.Hyperparameters;
import io.octant.reference.kernel.Pooling;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Maximum over windows of the last axes. */
public abstract class MaxPoolNd extends IndexedPool {
  private final PoolSettings settings;
  private final int rank;

  MaxPoolNd(PoolSettings settings, int rank) {
    this.settings = settings;
    this.rank = rank;
  }

  /** The hyperparameters. */
  public final PoolSettings settings() {
    return settings;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Pooling.max(input, settings.geometry(rank));
  }

  @Override
  public Tensor indices(Tensor input) {
    return Pooling.maxIndices(input, settings.geometry(rank));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "kernel_size",
        Hyperparameters.intOrTuple(settings.kernelSize()),
        "stride",
        Hyperparameters.intOrTuple(settings.stride()),
        "padding",
        Hyperparameters.intOrTuple(settings.padding()),
        "dilation",
        Hyperparameters.intOrTuple(settings.dilation()),
        "return_indices",
        returnsIndices(),
        "ceil_mode",
        settings.rounding() == io.octant.reference.kernel.PoolGeometry.Rounding.CEIL);
  }
}
