package io.octant.kernels.plan;

import io.octant.graph.GraphException;
import io.octant.graph.Node;
import io.octant.tensor.Shape;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the batch axis of every tensor of a graph by comparing its shapes at two batch sizes: the
 * axis whose length differs holds the samples.
 */
final class BatchAxes {
  private static final Set<String> RESHAPES =
      Set.of("torch.reshape", "reshape", "view", "torch.flatten", "flatten");

  private BatchAxes() {}

  /**
   * Compares shapes by node name.
   *
   * @param small shapes at {@code batch} samples
   * @param large shapes at {@code batch + 1}
   */
  static Map<String, BatchAxis> of(Map<String, Shape> small, Map<String, Shape> large, int batch) {
    Map<String, BatchAxis> out = new HashMap<>();
    small.forEach((node, shape) -> out.put(node, of(shape, large.get(node), batch)));
    return out;
  }

  private static BatchAxis of(Shape a, @Nullable Shape b, int batch) {
    if (b == null || a.rank() != b.rank()) {
      return BatchAxis.UNKNOWN;
    }
    int[] growing = IntStream.range(0, a.rank()).filter(i -> a.dim(i) != b.dim(i)).toArray();
    if (growing.length == 0) {
      return BatchAxis.SHARED;
    }
    return growing.length == 1 && a.dim(growing[0]) % batch == 0
        ? new BatchAxis(growing[0], a.dim(growing[0]) / batch)
        : BatchAxis.UNKNOWN;
  }

  /**
   * Checks that a reshape keeps the samples in order along its batch axis.
   *
   * @throws GraphException if it interleaves them
   */
  static void requireSamplesTogether(
      Node node, Map<String, Shape> shapes, Map<String, BatchAxis> axes) {
    if (!RESHAPES.contains(node.target()) || !(node.arg(0) instanceof Node in)) {
      return;
    }
    BatchAxis from = axes.getOrDefault(in.name(), BatchAxis.SHARED);
    BatchAxis to = axes.getOrDefault(node.name(), BatchAxis.SHARED);
    if (from.axis() >= 0
        && to.axis() >= 0
        && before(shapes, in, from.axis()) != before(shapes, node, to.axis())) {
      throw new GraphException(
          "Cannot compile node "
              + node.name()
              + " for calibration: it interleaves samples, expected the batch axis to stay"
              + " outermost in a reshape");
    }
  }

  private static long before(Map<String, Shape> shapes, Node node, int axis) {
    Shape shape = Objects.requireNonNull(shapes.get(node.name()), "every tensor has a shape");
    long n = 1;
    for (int i = 0; i < axis; i++) {
      n *= shape.dim(i);
    }
    return n;
  }
}
