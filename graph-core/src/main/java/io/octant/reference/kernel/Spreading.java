package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Gradients of what repeats, moves, joins or reduces elements. Sums are taken in double. */
public final class Spreading {
  private Spreading() {}

  /** Sums over the axes along which {@code to} was broadcast to the shape of a tensor. */
  public static Tensor sumTo(Tensor grad, Shape to) {
    return grad.shape().equals(to) ? grad : sumTo(Values.of(grad), grad.shape(), to, grad.dtype());
  }

  static Tensor sumTo(double[] grad, Shape shape, Shape to, DType type) {
    if (shape.equals(to)) {
      return Values.tensor(type, to, grad);
    }
    int[] places = broadcastPlaces(shape, to);
    double[] out = new double[to.numel()];
    for (int i = 0; i < grad.length; i++) {
      out[places[i]] += grad[i];
    }
    return Values.tensor(type, to, out);
  }

  /** For each element of a shape, the element of a smaller one that was broadcast to it. */
  private static int[] broadcastPlaces(Shape shape, Shape from) {
    Tensor positions = positions(from);
    return Arrays.stream(Values.longs(Elementwise.expand(positions, shape)))
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /** The flat position of each element, int64. */
  public static Tensor positions(Shape shape) {
    long[] out = new long[shape.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = i;
    }
    return Tensor.of(DType.INT64, shape, out);
  }

  /** Adds each element at a flat position of zeros of a shape; positions below 0 are left out. */
  public static Tensor scatter(Tensor grad, Tensor positions, Shape shape) {
    if (!grad.shape().equals(positions.shape())) {
      throw new OctantException(
          "Cannot scatter "
              + grad.description()
              + " to "
              + positions.description()
              + ", expected one shape");
    }
    double[] g = Values.of(grad);
    long[] at = Values.longs(positions);
    double[] out = new double[shape.numel()];
    for (int i = 0; i < g.length; i++) {
      if (at[i] >= 0) {
        out[(int) at[i]] += g[i];
      }
    }
    return Values.tensor(grad.dtype(), shape, out);
  }

  /** The axes that a reduction takes away: those given, all if there are none. */
  static int[] axes(Shape shape, int[] over) {
    if (over.length == 0) {
      int[] all = new int[shape.rank()];
      for (int i = 0; i < all.length; i++) {
        all[i] = i;
      }
      return all;
    }
    return Arrays.stream(over).map(shape.rank() == 0 ? a -> a : shape::axis).toArray();
  }

  /** The shape of a reduction's result with size 1 where it took axes away. */
  static Shape kept(Shape shape, int[] over) {
    Shape out = shape;
    for (int axis : axes(shape, over)) {
      out = shape.rank() == 0 ? out : out.withDim(axis, 1);
    }
    return out;
  }

  /** Repeats a reduction's gradient over the shape that was reduced. */
  public static Tensor spread(Tensor reduced, Shape shape, int[] over) {
    return Elementwise.expand(reduced.reshape(kept(shape, over)), shape);
  }

  /** The same, divided by the number of elements that were averaged. */
  public static Tensor spreadMean(Tensor reduced, Shape shape, int[] over) {
    double count = (double) shape.numel() / Math.max(1, reduced.numel());
    return Elementwise.map(spread(reduced, shape, over), v -> v / count);
  }

  /** The parts of a tensor along an axis. */
  public static Tuple join(Tensor grad, int axis, List<Shape> shapes) {
    List<Object> out = new ArrayList<>();
    int start = 0;
    for (Shape shape : shapes) {
      if (shape.numel() == 0 && shape.rank() == 1 && grad.shape().rank() != 1) {
        out.add(Tensor.zeros(grad.dtype(), shape, null)); // an empty vector joins anything
        continue;
      }
      int length = shape.dim(axis);
      out.add(Shapes.narrow(grad, grad.shape().axis(axis), start, length));
      start += length;
    }
    return new Tuple(out);
  }
}
