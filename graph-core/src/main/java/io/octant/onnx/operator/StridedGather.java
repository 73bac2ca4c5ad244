package io.octant.onnx.operator;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A Gather whose positions repeat from sample to sample of a flattened axis, {@code batch · size +
 * position}: what PyTorch's dynamo exporter makes of {@code as_strided}. It becomes the same
 * positions of every sample, so that the samples stay apart.
 */
final class StridedGather {
  private StridedGather() {}

  /** The gathered values; null if the positions are something else. */
  static @Nullable Value find(Value data, int axis, Value index, ImportGraph graph) {
    if (data.isKnown() || !index.isKnown() || index.isConstant() || index.rank() < 1) {
      return null;
    }
    Tensor small = (Tensor) index.at(false);
    long[] positions = positions(small, data.shape().dim(axis));
    long[] same = positions((Tensor) index.at(true), data.largeShape().dim(axis));
    if (positions == null || !Arrays.equals(positions, same)) {
      return null;
    }
    long size = data.shape().dim(axis) / small.shape().dim(0);
    if (size != data.largeShape().dim(axis) / index.largeShape().dim(0)) {
      return null;
    }
    List<Object> apart = around(data, axis, graph, index, List.of(size));
    Value out = LayoutImports.toShape(data, apart, graph);
    if (!Arrays.equals(positions, LongStream.range(0, size).toArray())) {
      Tensor each = Tensor.of(DType.INT64, Shape.of(positions.length), positions);
      Value picked = graph.constant(each, graph.node().output(0) + "_index");
      out = graph.function("torch.index_select", out, axis + 1L, picked);
    }
    List<Object> own = graph.sizes(index).stream().<Object>map(v -> v).skip(1).toList();
    return LayoutImports.toShape(out, around(data, axis, graph, index, own), graph);
  }

  /** The sizes of {@code data} with the samples and others in place of an axis. */
  private static List<Object> around(
      Value data, int axis, ImportGraph graph, Value index, List<?> others) {
    List<Object> sizes = new ArrayList<>(graph.sizes(data));
    sizes.remove(axis);
    sizes.add(axis, graph.size(index, 0));
    sizes.addAll(axis + 1, others);
    return sizes;
  }

  /** The positions that every sample has within its own part of the axis; null if they differ. */
  private static long @Nullable [] positions(Tensor index, int axisSize) {
    int samples = index.shape().dim(0);
    if (samples == 0 || axisSize % samples != 0 || index.numel() == 0) {
      return null;
    }
    long size = axisSize / samples;
    long[] first = new long[index.numel() / samples];
    for (int i = 0; i < index.numel(); i++) {
      int at = i % first.length;
      long position = index.longAt(i) - size * (i / first.length);
      if (i < first.length) {
        first[at] = position;
      }
      if (position != first[at] || position < 0 || position >= size) {
        return null;
      }
    }
    return first;
  }
}
