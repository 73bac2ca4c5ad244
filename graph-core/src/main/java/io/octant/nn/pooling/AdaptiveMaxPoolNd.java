package io.octant.nn.pooling;

import io.octant.nn.Hyperparameters;
import io.octant.nn.Sizes;
import io.octant.reference.kernel.Pooling;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Maximum over windows that divide the last axes into a given number of parts. */
public abstract class AdaptiveMaxPoolNd extends IndexedPool {
  private final List<Integer> outputSize;
  private final int axes;

  /**
   * A pool.
   *
   * @param outputSize one for all axes or one for each; −1 keeps the input's size
   */
  AdaptiveMaxPoolNd(int axes, int... outputSize) {
    this.outputSize = Arrays.stream(outputSize).boxed().toList();
    this.axes = axes;
    Sizes.spread("output size of an adaptive pool", this.outputSize, axes);
  }

  private int[] size() {
    return Sizes.spread("output size of an adaptive pool", outputSize, axes);
  }

  @Override
  public Tensor forward(Tensor input) {
    return Pooling.adaptiveMax(input, size());
  }

  @Override
  public Tensor indices(Tensor input) {
    return Pooling.adaptiveMaxIndices(input, size());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of(
        "output_size", Hyperparameters.outputSize(outputSize), "return_indices", returnsIndices());
  }
}
