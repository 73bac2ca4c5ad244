package io.octant.nn.pooling;

import io.octant.graph.Tuple;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** A max pool, which can return the positions of the maxima beside them. */
public abstract class IndexedPool extends UnaryModule {
  private boolean returnIndices;

  /** Flat positions within each plane of the maxima that {@link #forward} returns, int64. */
  public abstract Tensor indices(Tensor input);

  /** Makes a call return a tuple of maxima and positions, {@code return_indices=True}. */
  public final IndexedPool returningIndices() {
    returnIndices = true;
    return this;
  }

  final boolean returnsIndices() {
    return returnIndices;
  }

  @Override
  public Object evaluate(List<Object> args, Map<String, Object> kwargs) {
    Tensor input = input(args, kwargs);
    return returnIndices ? Tuple.of(forward(input), indices(input)) : forward(input);
  }
}
