package io.octant.nn.pooling;

import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.PoolGeometry;
import io.octant.reference.kernel.Pooling;
import io.octant.tensor.Tensor;
import java.util.Map;

/** Power-average pool: the p-th root of the sum of p-th powers over windows of the last axes. */
public abstract class LPPoolNd extends UnaryModule {
  private final PowerPoolSettings settings;
  private final PoolGeometry geometry;

  LPPoolNd(PowerPoolSettings settings, int axes) {
    this.settings = settings;
    this.geometry = settings.geometry(axes);
  }

  /** The hyperparameters. */
  public final PowerPoolSettings settings() {
    return settings;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Pooling.power(input, geometry, settings.normType());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "norm_type",
        settings.normType(),
        "kernel_size",
        Hyperparameters.intOrTuple(settings.kernelSize()),
        "stride",
        settings.stride() == null ? null : Hyperparameters.intOrTuple(settings.stride()),
        "ceil_mode",
        settings.rounding() == PoolGeometry.Rounding.CEIL);
  }
}
