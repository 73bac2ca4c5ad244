package io.octant.nn.pooling;

import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.PoolGeometry;
import io.octant.reference.kernel.Pooling;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Mean over windows of the last axes. */
public abstract class AvgPoolNd extends UnaryModule {
  private final PoolSettings settings;
  private final int rank;

  AvgPoolNd(PoolSettings settings, int rank) {
    this.settings = settings;
    this.rank = rank;
  }

  /** The hyperparameters. */
  public final PoolSettings settings() {
    return settings;
  }

  @Override
  public Tensor forward(Tensor input) {
    PoolGeometry g = settings.geometry(rank);
    Integer divisor = settings.divisorOverride();
    return divisor != null
        ? Pooling.average(input, g, divisor)
        : Pooling.average(
            input,
            g,
            settings.countIncludePad()
                ? Pooling.Divisor.INCLUDE_PADDING
                : Pooling.Divisor.EXCLUDE_PADDING);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out =
        new LinkedHashMap<>(
            Hyperparameters.of(
                "kernel_size",
                sizes(settings.kernelSize()),
                "stride",
                sizes(settings.stride()),
                "padding",
                sizes(settings.padding()),
                "ceil_mode",
                settings.rounding() == PoolGeometry.Rounding.CEIL,
                "count_include_pad",
                settings.countIncludePad()));
    if (rank > 1) { // AvgPool1d has no such argument
      out.putAll(Hyperparameters.of("divisor_override", settings.divisorOverride()));
    }
    return out;
  }

  /** AvgPool1d keeps tuples where the others keep what was given. */
  private Object sizes(List<Integer> sizes) {
    return rank == 1 ? Hyperparameters.tuple(sizes) : Hyperparameters.intOrTuple(sizes);
  }
}
