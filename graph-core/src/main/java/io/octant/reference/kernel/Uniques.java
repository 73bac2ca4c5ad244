package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * ONNX' Unique: the different slices along an axis. NaN equals itself and counts as larger than any
 * number; −0 equals 0.
 *
 * @param values the slices, ascending by their elements in order, or in the order in which they
 *     came; in the type of the input
 * @param first where each was first, int64
 * @param inverse which of them each slice of the input is, int64
 * @param counts how often each was there, int64
 */
public record Uniques(Tensor values, Tensor first, Tensor inverse, Tensor counts) {
  /** In which order different slices are given. */
  public enum Order {
    ASCENDING,
    AS_THEY_CAME
  }

  /** The different slices of a tensor along an axis. */
  public static Uniques along(Tensor x, int axis, Order order) {
    int at = x.shape().axis(axis);
    int size = x.shape().dim(at);
    List<int[]> groups = groups(size, comparator(x, at));
    if (order == Order.AS_THEY_CAME) {
      groups.sort(Comparator.comparingInt(group -> group[0]));
    }
    long[] first = new long[groups.size()];
    long[] counts = new long[groups.size()];
    long[] inverse = new long[size];
    for (int i = 0; i < first.length; i++) {
      first[i] = groups.get(i)[0];
      counts[i] = groups.get(i).length;
      for (int member : groups.get(i)) {
        inverse[member] = i;
      }
    }
    int[] from = groups.stream().mapToInt(group -> group[0]).toArray();
    return new Uniques(Shapes.take(x, at, from), vector(first), vector(inverse), vector(counts));
  }

  /** Indices of equal slices, each in order, in the order of the slices. */
  private static List<int[]> groups(int size, Comparator<Integer> order) {
    int[] sorted = IntStream.range(0, size).boxed().sorted(order).mapToInt(i -> i).toArray();
    List<int[]> out = new ArrayList<>();
    for (int from = 0; from < size; ) {
      int to = from + 1;
      while (to < size && order.compare(sorted[from], sorted[to]) == 0) {
        to++;
      }
      out.add(java.util.Arrays.copyOfRange(sorted, from, to));
      from = to;
    }
    return out;
  }

  private static Comparator<Integer> comparator(Tensor x, int axis) {
    int inner = x.shape().strides()[axis];
    int size = x.shape().dim(axis);
    int slice = size == 0 ? 0 : x.numel() / size;
    boolean integers = x.dtype().storage() == DType.Storage.LONGS;
    return (a, b) -> {
      for (int i = 0; i < slice; i++) {
        int start = i / inner * size * inner + i % inner;
        int one = start + a * inner;
        int other = start + b * inner;
        int order =
            integers
                ? Long.compare(x.longAt(one), x.longAt(other))
                : Sorting.compare(x.doubleAt(one), x.doubleAt(other));
        if (order != 0) {
          return order;
        }
      }
      return 0;
    };
  }

  private static Tensor vector(long[] values) {
    return Tensor.of(DType.INT64, Shape.of(values.length), values);
  }
}
