package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Shapes;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Views and rearrangements; quantization parameters are kept. */
final class ShapeOperators {
  private ShapeOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("reshape", a -> reshape(a, "shape"));
    ops.define("view", ShapeOperators::view);
    ops.define("resize_", a -> reshape(a, "shape"));
    ops.define("view_as", a -> a.tensor("input").reshape(a.tensor("other").shape()));
    ops.define(
        "flatten",
        a -> Shapes.flatten(a.tensor("input"), a.integer("start_dim"), a.integer("end_dim")));
    ops.define("ravel", a -> a.tensor("input").reshape(flat(a.tensor("input"))));
    ops.define(
        "unflatten", a -> Shapes.unflatten(a.tensor("input"), a.integer("dim"), a.ints("sizes")));
    ops.define("permute", a -> Shapes.permute(a.tensor("input"), a.ints("dims")));
    ops.define(
        "transpose",
        a -> Shapes.transpose(a.tensor("input"), a.integer("dim0"), a.integer("dim1")));
    ops.define(
        "swapaxes",
        a -> Shapes.transpose(a.tensor("input"), a.integer("axis0"), a.integer("axis1")));
    ops.define("t", ShapeOperators::matrixTranspose);
    ops.define("squeeze", ShapeOperators::squeeze);
    ops.define("unsqueeze", a -> Shapes.unsqueeze(a.tensor("input"), a.integer("dim")));
    ops.define("expand", a -> Shapes.expand(a.tensor("input"), a.ints("size")));
    ops.define("expand_as", a -> Shapes.expand(a.tensor("input"), a.tensor("other").shape()));
    ops.define("broadcast_to", a -> Shapes.expand(a.tensor("input"), a.ints("size")));
    ops.define("repeat", a -> Shapes.repeat(a.tensor("input"), a.ints("repeats")));
    ops.define("repeat_interleave", ShapeOperators::repeatInterleave);
    ops.define("flip", a -> Shapes.flip(a.tensor("input"), a.ints("dims")));
    ops.define("fliplr", a -> Shapes.flip(a.tensor("input"), 1));
    ops.define("flipud", a -> Shapes.flip(a.tensor("input"), 0));
    ops.define("detach", a -> a.tensor("input"));
    ops.define("contiguous", a -> a.tensor("input"));
  }

  private static Object reshape(NamedValues args, String name) {
    return Shapes.reshape(args.tensor("input"), args.ints(name));
  }

  private static Object view(NamedValues args) {
    if (args.items("shape").size() == 1 && args.items("shape").get(0) instanceof DType d) {
      throw new OperatorException(
          "Cannot call .view: reinterpreting bits as " + d + ", expected a shape");
    }
    return reshape(args, "shape");
  }

  private static Object matrixTranspose(NamedValues args) {
    Tensor x = args.tensor("input");
    return x.shape().rank() < 2 ? x : Shapes.transpose(x, 0, 1);
  }

  private static Object squeeze(NamedValues args) {
    Tensor x = args.tensor("input");
    return args.isNone("dim") ? Shapes.squeeze(x) : Shapes.squeeze(x, args.ints("dim"));
  }

  private static Shape flat(Tensor x) {
    return Shape.of(x.numel());
  }

  private static Object repeatInterleave(NamedValues args) {
    Tensor x = args.tensor("input");
    int times = args.integer("repeats");
    return args.isNone("dim")
        ? Shapes.repeatInterleave(x.reshape(flat(x)), times, 0)
        : Shapes.repeatInterleave(x, times, args.integer("dim"));
  }
}
