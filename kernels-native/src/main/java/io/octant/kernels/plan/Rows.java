package io.octant.kernels.plan;

import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** Parts of tensors along the first axis. */
final class Rows {
  private Rows() {}

  /** Rows {@code [from, to)} of a tensor that is not quantized, a copy. */
  static Tensor cut(Tensor of, int from, int to) {
    Shape shape = of.shape().withDim(0, to - from);
    int row = of.numel() / of.shape().dim(0);
    int begin = from * row;
    int end = to * row;
    return switch (of.dtype().storage()) {
      case FLOATS -> Tensor.of(of.dtype(), shape, Arrays.copyOfRange(of.floats(), begin, end));
      case DOUBLES -> Tensor.of(of.dtype(), shape, Arrays.copyOfRange(of.doubles(), begin, end));
      case INTS -> Tensor.of(of.dtype(), shape, Arrays.copyOfRange(of.ints(), begin, end));
      case LONGS -> Tensor.of(of.dtype(), shape, Arrays.copyOfRange(of.longs(), begin, end));
    };
  }

  /** Copies rows of a tensor, from one on, into all of another, neither of them quantized. */
  static void copy(Tensor of, int from, Tensor to) {
    int begin = from * (of.numel() / of.shape().dim(0));
    int n = to.numel();
    switch (of.dtype().storage()) {
      case FLOATS -> System.arraycopy(of.floats(), begin, to.floats(), 0, n);
      case DOUBLES -> System.arraycopy(of.doubles(), begin, to.doubles(), 0, n);
      case INTS -> System.arraycopy(of.ints(), begin, to.ints(), 0, n);
      case LONGS -> System.arraycopy(of.longs(), begin, to.longs(), 0, n);
    }
  }

  /** Whether what is written into one tensor shows in the other. */
  static boolean shareMemory(Tensor a, Tensor b) {
    return a.dtype().storage() == b.dtype().storage() && storage(a) == storage(b);
  }

  private static Object storage(Tensor t) {
    return switch (t.dtype().storage()) {
      case FLOATS -> t.floats();
      case DOUBLES -> t.doubles();
      case INTS -> t.ints();
      case LONGS -> t.longs();
    };
  }

  /** Tensors of one type and shape, none of them quantized, one behind the other. */
  static Tensor join(List<Tensor> parts) {
    Tensor first = parts.get(0);
    Shape shape = first.shape().withDim(0, first.shape().dim(0) * parts.size());
    int n = first.numel();
    return switch (first.dtype().storage()) {
      case FLOATS -> {
        float[] all = new float[shape.numel()];
        for (int i = 0; i < parts.size(); i++) {
          System.arraycopy(parts.get(i).floats(), 0, all, i * n, n);
        }
        yield Tensor.of(first.dtype(), shape, all);
      }
      case DOUBLES -> {
        double[] all = new double[shape.numel()];
        for (int i = 0; i < parts.size(); i++) {
          System.arraycopy(parts.get(i).doubles(), 0, all, i * n, n);
        }
        yield Tensor.of(first.dtype(), shape, all);
      }
      case INTS -> {
        int[] all = new int[shape.numel()];
        for (int i = 0; i < parts.size(); i++) {
          System.arraycopy(parts.get(i).ints(), 0, all, i * n, n);
        }
        yield Tensor.of(first.dtype(), shape, all);
      }
      case LONGS -> {
        long[] all = new long[shape.numel()];
        for (int i = 0; i < parts.size(); i++) {
          System.arraycopy(parts.get(i).longs(), 0, all, i * n, n);
        }
        yield Tensor.of(first.dtype(), shape, all);
      }
    };
  }
}
