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
