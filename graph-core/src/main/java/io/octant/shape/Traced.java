package io.octant.shape;

import io.octant.graph.Arguments;
import io.octant.tensor.Tensor;
import java.util.Iterator;
import java.util.List;

/**
 * A tensor and where its samples are. The content counts only where it does not depend on data.
 *
 * @param tensor type, shape and content
 * @param axis the batch in it
 */
record Traced(Tensor tensor, BatchAxis axis) {

  int rank() {
    return tensor.shape().rank();
  }

  boolean isBatched() {
    return axis.exists();
  }

  /** A value with each of its tensors traced; {@code axes} in their order. */
  static Object of(Object value, List<BatchAxis> axes) {
    Iterator<BatchAxis> next = axes.iterator();
    return Arguments.map(value, Tensor.class, t -> new Traced(t, next.next()));
  }
}
