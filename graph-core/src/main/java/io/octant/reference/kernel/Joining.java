package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.List;

/** {@code torch.cat} and {@code torch.stack}. */
public final class Joining {
  private Joining() {}

  /**
   * Joins tensors along an existing axis.
   *
   * <p>Plain tensors are promoted to a common type. Quantized ones take the qparams of the first:
   * the others are dequantized and quantized again, as {@code torch.cat} does.
   */
  public static Tensor cat(List<Tensor> tensors, int axis) {
    if (tensors.isEmpty()) {
      throw new OctantException("Cannot concatenate no tensors, expected at least one");
    }
    Tensor first = tensors.get(0);
    if (first.isQuantized()) {
      return Requantization.sameQParams(
          first, cat(tensors.stream().map(Requantization::dequantized).toList(), axis));
    }
    DType type = TypePromotion.resultType(tensors.toArray());
    int at = first.shape().axis(axis);
    int total = 0;
    for (Tensor t : tensors) {
      if (t.shape().rank() != first.shape().rank()
          || !t.shape().withDim(at, 0).equals(first.shape().withDim(at, 0))) {
        throw new OctantException(
            "Cannot concatenate "
                + first.description()
                + " and "
                + t.description()
                + " along axis "
                + axis
                + ", expected equal sizes on the other axes");
      }
      total += t.shape().dim(at);
    }
    Shape shape = first.shape().withDim(at, total);
    return fill(tensors, type, shape, at);
  }

  private static Tensor fill(List<Tensor> tensors, DType type, Shape shape, int axis) {
    int inner = shape.strides()[axis];
    int row = shape.dim(axis) * inner;
    int outer = row == 0 ? 0 : shape.numel() / row;
    Object out =
        switch (type.storage()) {
          case FLOATS -> new float[shape.numel()];
          case DOUBLES -> new double[shape.numel()];
          case INTS -> new int[shape.numel()];
          case LONGS -> new long[shape.numel()];
        };
    int offset = 0;
    for (Tensor t : tensors) {
      Object src = storage(Values.cast(t, type));
      int part = t.shape().dim(axis) * inner;
      for (int o = 0; o < outer; o++) {
        System.arraycopy(src, o * part, out, o * row + offset, part);
      }
      offset += part;
    }
    return switch (type.storage()) {
      case FLOATS -> Tensor.of(type, shape, (float[]) out);
      case DOUBLES -> Tensor.of(type, shape, (double[]) out);
      case INTS -> Tensor.of(type, shape, (int[]) out);
      case LONGS -> Tensor.of(type, shape, (long[]) out);
    };
  }

  private static Object storage(Tensor t) {
    return switch (t.dtype().storage()) {
      case FLOATS -> t.floats();
      case DOUBLES -> t.doubles();
      case INTS -> t.ints();
      case LONGS -> t.longs();
    };
  }

  /** Joins tensors of one shape along a new axis. */
  public static Tensor stack(List<Tensor> tensors, int axis) {
    int at = axis < 0 && !tensors.isEmpty() ? axis + tensors.get(0).shape().rank() + 1 : axis;
    return cat(tensors.stream().map(t -> Shapes.unsqueeze(t, at)).toList(), at);
  }
}
