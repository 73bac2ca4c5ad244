package io.octant.nn.pooling;

import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Pooling;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Mean over windows that divide the last axes into a given number of parts. */
public abstract class AdaptiveAvgPoolNd extends UnaryModule {
  private final List<Integer> outputSize;
  private final int rank;

  /**
   * A pool.
   *
   * @param outputSize one for all axes or one for each; −1 keeps the input's size
   */
  AdaptiveAvgPoolNd(int rank, int... outputSize) {
    if (outputSize.length != 1 && outputSize.length != rank) {
      throw new io.octant.OctantException(
          "Cannot configure pool: output size "
              + Arrays.toString(outputSize)
              + ", expected one or "
              + rank);
    }
    this.outputSize = Arrays.stream(outputSize).boxed().toList();
    this.rank = rank;
  }

  /**
   * Sizes of the output as they were given: one for all axes or one for each, −1 for the input's.
   */
  public final List<Integer> outputSize() {
    return outputSize;
  }

  @Override
  public Tensor forward(Tensor input) {
    int[] size = new int[rank];
    for (int i = 0; i < rank; i++) {
      size[i] = outputSize.get(outputSize.size() == 1 ? 0 : i);
    }
    return Pooling.adaptiveAverage(input, size);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("output_size", Hyperparameters.outputSize(outputSize));
  }
}
